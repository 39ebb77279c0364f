"""The front door: who are you, where does this go."""
