"""The local stack: everything Errand needs, on one machine, from `pip` alone.

Standard library only: these modules run before anything is installed.
"""
