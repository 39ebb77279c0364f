"""Watching jobs: one reader of the event streams a process, and everything that is served from it."""
