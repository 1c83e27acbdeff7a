"""Refusals of a document, before the name that it is shown under is known."""

from __future__ import annotations

from typing import NamedTuple

from schedule_catalog.problem import Severity


class TextFault(NamedTuple):
    """Mistake in a text; line and column start at 0, as libyaml counts them."""

    line: int
    column: int
    rule: str
    severity: Severity
    message: str


class Refusal(Exception):  # noqa: N818 - a verdict about a file, not an error of the program
    """Reading stops here: the rest cannot be trusted."""

    def __init__(self, line: int, column: int, rule: str, message: str) -> None:
        super().__init__(message)
        self.fault = TextFault(line, column, rule, Severity.ERROR, message)


class StopReading(Exception):  # noqa: N818 - nothing failed
    """Enough faults were found."""
