"""Incident analysis: what happened at the terminal, how bad it is, and what to do."""
