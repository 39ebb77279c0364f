"""The job kernel: jobs that clients see, runs that workers do, and the story of events between them."""
