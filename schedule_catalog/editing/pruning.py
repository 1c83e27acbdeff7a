"""Pruning of finished entries: one-time calls that are over, recurring ones past their end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule_catalog.checking.pipeline import check_documents
from schedule_catalog.document import parse_document
from schedule_catalog.editing import content
from schedule_catalog.editing.removal import removed
from schedule_catalog.settings import handing_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from schedule_catalog.document import Document
    from schedule_catalog.entry import Entry
    from schedule_catalog.problem import Problem
    from schedule_catalog.settings import Settings


@dataclass(frozen=True, slots=True)
class Pruning:
    """File without its finished entries.

    finished: the finished entries of each stack, by name.
    empty: whether no entry is left.
    """

    before: Document
    after: Document
    finished: dict[str, tuple[Entry, ...]]
    empty: bool


def prunings(documents: Sequence[Document], now: datetime, settings: Mapping[str, Settings]) -> tuple[Pruning, ...]:
    """Return the files that lose entries at *now*; EditError if one cannot be edited.

    An entry is removed when it is finished in every stack. An entry with an error stays.
    """
    catalog = check_documents(documents, settings={}, now=now)
    wrong = _names_with_errors(documents, catalog.errors)
    by_name: dict[tuple[str, str], list[Entry]] = {}
    for entry in catalog.entries:
        by_name.setdefault((entry.place.path, entry.name), []).append(entry)
    over = {
        key: tuple(entries)
        for key, entries in by_name.items()
        if key not in wrong and all(entry.finished(now, handing_minutes(settings, entry.stack)) for entry in entries)
    }
    return tuple(_pruned(documents, over))


def _pruned(documents: Iterable[Document], over: dict[tuple[str, str], tuple[Entry, ...]]) -> Iterable[Pruning]:
    for document in documents:
        finished = {name: entries for (path, name), entries in over.items() if path == document.path}
        if finished:
            after = parse_document(removed(document, finished), document.path)
            yield Pruning(document, after, finished, empty=not after.value["schedules"])


def _names_with_errors(documents: Iterable[Document], errors: Sequence[Problem]) -> set[tuple[str, str]]:
    """Names of entries with an error in their lines."""
    found: set[tuple[str, str]] = set()
    by_path: dict[str, list[int]] = {}
    for error in errors:
        by_path.setdefault(error.path, []).append(error.line)
    for document in documents:
        lines = by_path.get(document.path)
        if lines and document.readable:
            found |= {(document.path, name) for name in _names_at(document, lines)}
    return found


def _names_at(document: Document, lines: list[int]) -> Iterable[str]:
    starts = sorted((document.key_place(("schedules", name)).line, name) for name in content.schedules(document))
    for line in lines:
        name = max((start for start in starts if start[0] <= line), default=None)
        if name is not None:
            yield name[1]
