"""Pruning: one-time calls that are over, recurring entries past their end, and pauses that have ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check_documents
from schedule_catalog.document import parse_document
from schedule_catalog.editing import content
from schedule_catalog.editing.removal import removed
from schedule_catalog.settings import handing_minutes
from schedule_catalog.timing import Pause
from schedule_catalog.wall_time import wall_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from schedule_catalog.checking.stacks import Pointer
    from schedule_catalog.document import Document
    from schedule_catalog.entry import Entry
    from schedule_catalog.problem import Problem
    from schedule_catalog.settings import Settings
    from schedule_catalog.timing import Timing


@dataclass(frozen=True, slots=True)
class Pruning:
    """File without its finished entries and pauses.

    finished: the finished entries of each stack, by name.
    pauses: the keys of the pauses that have ended.
    empty: whether no entry is left.
    """

    before: Document
    after: Document
    finished: dict[str, tuple[Entry, ...]]
    pauses: tuple[Pointer, ...]
    empty: bool


def prunings(documents: Sequence[Document], now: datetime, settings: Mapping[str, Settings]) -> tuple[Pruning, ...]:
    """Return the files that lose entries or pauses at *now*; EditError if one cannot be edited.

    An entry is removed when it is finished in every stack. An entry with an error stays.
    """
    catalog = check_documents(documents, settings={}, calendars=UNREAD, now=now)
    wrong = _names_with_errors(documents, catalog.errors)
    by_name: dict[tuple[str, str], list[Entry]] = {}
    for entry in catalog.entries:
        by_name.setdefault((entry.place.path, entry.name), []).append(entry)
    over = {
        key: tuple(entries)
        for key, entries in by_name.items()
        if key not in wrong and all(entry.finished(now, handing_minutes(settings, entry.stack)) for entry in entries)
    }
    kept = [entry for key, entries in by_name.items() if key not in over and key not in wrong for entry in entries]
    return tuple(_pruned(documents, over, kept, now))


def _pruned(
    documents: Iterable[Document],
    over: dict[tuple[str, str], tuple[Entry, ...]],
    kept: Sequence[Entry],
    now: datetime,
) -> Iterable[Pruning]:
    for document in documents:
        finished = {name: entries for (path, name), entries in over.items() if path == document.path}
        own = [entry for entry in kept if entry.place.path == document.path]
        pauses = tuple(_ended_pauses(document, own, now))
        if finished or pauses:
            after = parse_document(
                removed(document, [*(("schedules", name) for name in finished), *pauses]), document.path
            )
            yield Pruning(document, after, finished, pauses, empty=not after.value["schedules"])


def _ended_pauses(document: Document, entries: Sequence[Entry], now: datetime) -> Iterable[Pointer]:
    """The pauses that have ended for every entry that they are for."""
    for pointer in _pauses(document) if entries else ():
        until = content.value_at(document, (*pointer, "until"))
        users = [entry for entry in entries if pointer[0] == "defaults" or entry.name == pointer[1]]
        ended = (not _paused_until(entry, str(until)).is_paused(now) for entry in users)
        if users and all(ended):
            yield pointer


def _pauses(document: Document) -> Iterable[Pointer]:
    """Positions of a pause: in the defaults, in an entry, and for a stack in either of them."""
    holders: list[Pointer] = [("defaults",), *(("schedules", name) for name in content.schedules(document))]
    for holder in holders:
        own: list[Pointer] = [(*holder, "stacks", name) for name in content.mapping_at(document, (*holder, "stacks"))]
        for each in (holder, *own):
            if content.value_at(document, (*each, "pause", "until")) is not None:
                yield (*each, "pause")


def _paused_until(entry: Entry, until: str) -> Timing:
    return replace(entry.timing, pause=Pause(wall_time(until), ""))


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
