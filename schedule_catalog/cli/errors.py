"""What can be wrong with a command line."""

from __future__ import annotations


class UsageError(Exception):
    """The command line asks for something that is not there."""
