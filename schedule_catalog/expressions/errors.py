"""What can be wrong with an expression or a time zone's name."""

from __future__ import annotations


class ExpressionError(ValueError):
    """An expression that EventBridge Scheduler would refuse, or that could never be meant."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message, column)
        self.message = message
        self.column = column
        """Where in AWS's text, counted from 1 in code points."""

    def __str__(self) -> str:
        return f"column {self.column}: {self.message}"


class ZoneError(ValueError):
    """A name that is no IANA time zone."""

    def __init__(self, name: str, nearest: str | None) -> None:
        super().__init__(name, nearest)
        self.name = name
        self.nearest = nearest

    def __str__(self) -> str:
        instead = f'"{self.nearest}"' if self.nearest else "an IANA name such as Asia/Seoul, or UTC"
        return f'"{self.name}" is not a time zone: write {instead}'
