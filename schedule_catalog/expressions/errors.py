"""Errors in an expression or a time zone's name."""

from __future__ import annotations


class ExpressionError(ValueError):
    """Invalid expression: EventBridge Scheduler would refuse it, or it cannot be intended."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message, column)
        self.message = message
        self.column = column
        """Position in AWS's text, counted from 1 in code points."""

    def __str__(self) -> str:
        return f"column {self.column}: {self.message}"


class ZoneError(ValueError):
    """Name that is not an IANA time zone; `nearest` is the intended zone, if that is certain."""

    def __init__(self, name: str, nearest: str | None, advice: str) -> None:
        super().__init__(name, nearest, advice)
        self.name = name
        self.nearest = nearest
        self.advice = advice

    def __str__(self) -> str:
        return f'"{self.name}" is not a time zone: {self.advice}'
