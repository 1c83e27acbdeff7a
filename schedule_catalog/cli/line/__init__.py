"""The meaning of a command line: paths, stacks, instants, confirmation."""
