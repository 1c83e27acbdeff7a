"""Meaning of a command line: paths, stacks, instants, confirmation."""
