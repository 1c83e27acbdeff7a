"""What is wrong, where, and what to do about it: the one record that every check produces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem weighs: errors fail a check, warnings only with ``--strict``, notes never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a file; line and column start at 1, columns count code points."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A finding; sorted, problems come in the order of their files, lines and columns."""

    path: str
    line: int
    column: int
    rule: str
    severity: Severity
    message: str

    @classmethod
    def at(cls, place: Place, rule: str, message: str, severity: Severity = Severity.ERROR) -> Problem:
        """The problem at a place."""
        return cls(place.path, place.line, place.column, rule, severity, message)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.severity}: {self.message} [{self.rule}]"
