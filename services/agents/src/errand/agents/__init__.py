"""Agents that build: landing pages from a brief, and their refinement by chat."""
