"""Addition of an entry: the new text of its file, and its problems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schedule_catalog.checking.pipeline import check_documents
from schedule_catalog.document import Document, parse_document
from schedule_catalog.editing import content
from schedule_catalog.editing.errors import EditError
from schedule_catalog.editing.insertion import inserted, new_file
from schedule_catalog.editing.outline import Outline
from schedule_catalog.editing.schema_line import schema_line
from schedule_catalog.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from schedule_catalog.calendars import Calendars
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Entry as its author gives it.

    path: the file to write to, as problems show it; `owner` is that of the file.
    values: the keys of the entry.
    comment: lines above the entry.
    """

    name: str
    owner: str
    path: str
    values: Mapping[str, Any]
    comment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addition:
    """File with its new entry.

    before: its bytes without the entry; None for a new file.
    problems: the problems of the new entry only.
    entries: the entries of the stacks; none with an error.
    """

    before: bytes | None
    document: Document
    problems: tuple[Problem, ...]
    entries: tuple[Entry, ...]

    @property
    def refused(self) -> bool:
        """Whether an error is among the problems."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def addition(
    new: NewEntry,
    documents: Sequence[Document],
    *,
    settings: Mapping[str, Settings],
    calendars: Calendars,
    now: datetime,
) -> Addition:
    """Return the result for the file of *new*, which is one of the *documents* of the catalog or a new file.

    documents: of the whole catalog, readable.

    Raises EditError if the file cannot take an entry.
    """
    old = next((document for document in documents if document.path == new.path), None)
    data = None if old is None else old.data
    taken = tuple(_taken(new.name, documents))
    if taken:
        return Addition(data, old or parse_document(b"", new.path), taken, ())
    document = parse_document(_text(new, old), new.path)
    others = [each for each in documents if each is not old]
    before = check_documents(documents, settings={}, calendars=calendars, now=now)
    after = check_documents([*others, document], settings=settings, calendars=calendars, now=now, base=before)
    lines = range(1, len(document.lines) + 2) if old is None else _entry_range(document, new.name)
    problems = tuple(each for each in after.problems if each.path == new.path and each.line in lines)
    return Addition(data, document, problems, _entries(after, new))


def _text(new: NewEntry, old: Document | None) -> bytes:
    if old is None:
        return new_file(new.owner, new.name, new.values, new.comment, schema_line(Path(new.path), "schedule"))
    if content.owner(old) is None:
        raise EditError(f'"{old.path}" is not a catalog file: it has no "owner"')
    return inserted(old, new.name, new.values, new.comment)


def _taken(name: str, documents: Iterable[Document]) -> Iterable[Problem]:
    for document in documents:
        if name in content.schedules(document):
            place = document.key_place(("schedules", name))
            yield Problem.at(place, "duplicate-name", f'the name "{name}" is taken: choose another')


def _entry_range(document: Document, name: str) -> range:
    root = Outline(document.data).root
    schedules = root.item("schedules") if root else None
    item = schedules.value.item(name) if schedules else None
    return range(item.line + 1, item.last_line + 2) if item else range(0)


def _entries(catalog: Catalog, new: NewEntry) -> tuple[Entry, ...]:
    return tuple(entry for entry in catalog.entries if entry.name == new.name and entry.place.path == new.path)
