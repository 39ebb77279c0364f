"""Clients that watch jobs as a careful frontend does, and a service whose jobs are stories of any length and pace."""
