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
    """A name that is not an IANA time zone; `nearest` is the zone that was meant, where that is certain."""

    def __init__(self, name: str, nearest: str | None, advice: str) -> None:
        super().__init__(name, nearest, advice)
        self.name = name
        self.nearest = nearest
        self.advice = advice

    def __str__(self) -> str:
        return f'"{self.name}" is not a time zone: {self.advice}'
