"""The console: the board, a schedule and the undelivered calls of a stack, in a browser on this machine."""
