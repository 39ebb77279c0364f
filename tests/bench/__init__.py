"""Figures, ours beside the floor of the same machine: `./dev bench`."""
