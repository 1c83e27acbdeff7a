"""File of the catalog as plain values, with the position of every key and value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from schedule_catalog.document import text
from schedule_catalog.document.files import read_bytes
from schedule_catalog.document.positions import Pointer, Positions
from schedule_catalog.document.refusal import Refusal, TextFault
from schedule_catalog.problem import Place, Problem, Severity
from schedule_client.contract.records import frozen


@frozen(eq=False)
class Document:
    """YAML file: its value, made of dict, list, str, int, float, bool and None, and the problems of reading it.

    `value` is None unless `readable`; a document with only warnings is readable. An empty file is readable, and None.
    """

    path: str
    value: Any
    readable: bool
    problems: tuple[Problem, ...]
    data: bytes
    positions: Positions

    def key_place(self, pointer: Pointer) -> Place:
        """Return the position of the last key of a pointer; for a list's item and the root, that of the value.

        Raises KeyError for a pointer without a target.
        """
        return Place(self.path, *self.positions.key(self.value, pointer))

    def value_place(self, pointer: Pointer) -> Place:
        """Return the position of the value of a pointer; raises KeyError for a pointer without a target."""
        return Place(self.path, *self.positions.value(self.value, pointer))

    @property
    def lines(self) -> list[str]:
        """Lines of the source, split as positions count them."""
        return text.lines(self.data)


def read_document(path: Path, shown_as: str) -> Document:
    """Read a file; all mistakes become problems of the document."""
    try:
        data = read_bytes(path)
    except Refusal as refusal:
        return refused_document(refusal, shown_as)
    return parse_document(data, shown_as)


def refused_document(refusal: Refusal, shown_as: str) -> Document:
    """Return the document of an unreadable file, with the reason as its problem."""
    return _unreadable(b"", shown_as, [refusal.fault])


def parse_document(data: bytes, shown_as: str) -> Document:
    """Read a document from bytes, with the same checks as for a file."""
    from schedule_catalog.document.events import compose

    try:
        composition = compose(text.checked(data))
    except Refusal as refusal:
        return _unreadable(data, shown_as, [refusal.fault])
    faults = composition.faults
    if not faults:
        return Document(shown_as, composition.value, True, (), data, Positions(composition.marks))
    if any(finding.severity is Severity.ERROR for finding in faults):
        return _unreadable(data, shown_as, faults)
    problems = _problems(faults, shown_as)
    return Document(shown_as, composition.value, True, problems, data, Positions(composition.marks))


def _unreadable(data: bytes, shown_as: str, faults: list[TextFault]) -> Document:
    return Document(shown_as, None, False, _problems(faults, shown_as), data, Positions([]))


def _problems(faults: list[TextFault], path: str) -> tuple[Problem, ...]:
    return tuple(Problem(path, found.line + 1, found.column + 1, *found[2:]) for found in faults)
