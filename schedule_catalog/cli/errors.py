"""What can be wrong with a command line."""

from __future__ import annotations


class UsageError(Exception):
    """The command line asks for something that is not there; what does not fit into a line is given as several."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))
