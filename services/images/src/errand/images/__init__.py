"""Images: drafts, finals and batches, from prompts."""
