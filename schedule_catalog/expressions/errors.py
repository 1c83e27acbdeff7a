"""Errors in an expression or a time zone's name."""

from __future__ import annotations

import re

_WRAPPED = r"\b(?:cron|rate|at)\(((?:[^()]|\([^()]*\))*)\)"


class ExpressionError(ValueError):
    """Invalid expression: EventBridge Scheduler would refuse it, or it cannot be intended."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message, column)
        self.message = message
        self.column = column
        """Position in the text, counted from 1 in code points."""

    def __str__(self) -> str:
        return f"column {self.column}: {self.message}"

    def unwrapped(self, kind: str) -> ExpressionError:
        """Return the mistake for an author who wrote only what is in the parentheses of a text of that *kind*."""
        message = re.sub(_WRAPPED, r'"\1"', self.message)
        return ExpressionError(message, max(1, self.column - len(f"{kind}(")))


class ZoneError(ValueError):
    """Name that is not an IANA time zone; `nearest` is the intended zone, if that is certain."""

    def __init__(self, name: str, nearest: str | None, advice: str) -> None:
        super().__init__(name, nearest, advice)
        self.name = name
        self.nearest = nearest
        self.advice = advice

    def __str__(self) -> str:
        return f'"{self.name}" is not a time zone: {self.advice}'
