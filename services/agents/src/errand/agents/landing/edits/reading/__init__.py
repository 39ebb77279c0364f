"""Clauses to edits: each module reads one kind of wish."""
