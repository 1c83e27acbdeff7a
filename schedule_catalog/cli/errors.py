"""Errors of a command line."""

from __future__ import annotations


class UsageError(Exception):
    """The command line names something that does not exist; a message of several lines is given as several texts."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))
