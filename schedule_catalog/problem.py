"""What is wrong, where, and what to do about it: the one record that every check produces."""

from __future__ import annotations

import json
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


def quoted(token: object, longest: int = 60) -> str:
    """A token of a file as messages show it: in double quotes, control characters escaped, cut in the middle."""
    text = token if isinstance(token, str) else json.dumps(token, ensure_ascii=False, default=str)
    if len(text) > longest:
        text = f"{text[: longest - 20]}…{text[-19:]}"
    return f'"{printable(text)}"'


def printable(text: str) -> str:
    """A text on one line, with its control characters escaped."""
    return text if text.isprintable() else "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in text)
