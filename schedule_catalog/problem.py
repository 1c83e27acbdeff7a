"""Problem: the one record that every check produces, with the mistake, its position and the fix."""

from __future__ import annotations

from enum import StrEnum

from schedule_client.contract.records import frozen


class Severity(StrEnum):
    """Weight of a problem: errors fail a check, warnings only with ``--strict``, notes never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@frozen(order=True)
class Place:
    """Position in a file; line and column start at 1, columns count code points."""

    path: str
    line: int
    column: int


@frozen(order=True)
class Problem:
    """Mistake in the catalog; problems sort by file, line and column."""

    path: str
    line: int
    column: int
    rule: str
    severity: Severity
    message: str

    @classmethod
    def at(cls, place: Place, rule: str, message: str, severity: Severity = Severity.ERROR) -> Problem:
        """Return the problem at a position."""
        return cls(place.path, place.line, place.column, rule, severity, message)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.severity}: {self.message} [{self.rule}]"
