"""Postgres and Redis for the tests: servers named by the environment, containers, or the embedded engines."""
