"""Mechanisms that Errand's services share. No business word belongs here."""
