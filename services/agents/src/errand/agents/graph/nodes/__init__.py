"""The nodes: plain functions from what is known to what has become of it.

A node that calls its tools is not done; it is entered again when they have answered. Each may run twice, where a
worker dies: what a node does outside of its state bears that.
"""
