"""Attacks on a stack whose processes log everything: a package, so that the stack ends with its last test."""
