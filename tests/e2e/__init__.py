"""The stack as guides and clients use it: a package, so that the stack ends with its last test."""
