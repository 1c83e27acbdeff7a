"""Pipeline of a check: files -> documents -> structure -> entries -> rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.checking.catalog import Catalog
from schedule_catalog.checking.entry_of_draft import Readers, every_request
from schedule_catalog.checking.inspection import Findings, Inspector
from schedule_catalog.checking.rules.catalog import SHARD
from schedule_catalog.document import Document, find_files, read_document, size_of
from schedule_catalog.problem import Place, Problem
from schedule_catalog.workers import ALONE, Workers

if TYPE_CHECKING:
    from schedule_catalog.calendars import Calendars
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings

# An entry has about so many bytes, and takes about the same time in a file of its own and among a hundred.
_ENTRY_BYTES = 700


def check(
    paths: Sequence[Path],
    *,
    settings: Mapping[str, Settings],
    calendars: Calendars,
    stack: str | None = None,
    now: datetime,
    base: Catalog | None = None,
    notes: bool = False,
    workers: Workers = ALONE,
    requests: Readers = every_request,
) -> Catalog:
    """Check the files under *paths* with every rule.

    settings: of the known stacks, by name; without them, services, hosts and the like of a stack are not checked.
    calendars: calendars that entries may name, and that freeze the stacks; `UNREAD` if fires do not matter.
    stack: limits the entries to this stack; None for all stacks.
    now: instant (aware) that divides past from future.
    base: the catalog before the change; entries that the change adds or edits must then be in the future.
    notes: report notes as well: correct, but good to know.
    workers: number of processes; the result is the same.
    requests: which entries must have their requests; the others have only their age.
    """
    found = find_files(paths)
    readers = [partial(read_document, file.path, file.shown_as) for file in found.files]
    sizes = [size_of(file.path) for file in found.files]
    asked = [each for name, each in settings.items() if stack in (None, name)]
    problems = [*found.problems, *SHARD.check(found.files, paths, asked)]
    return check_readers(
        readers,
        problems,
        settings=settings,
        calendars=calendars,
        stack=stack,
        now=now,
        base=base,
        notes=notes,
        workers=workers,
        sizes=sizes,
        requests=requests,
    )


def check_documents(
    documents: Iterable[Document],
    problems: Iterable[Problem] = (),
    *,
    settings: Mapping[str, Settings],
    calendars: Calendars,
    stack: str | None = None,
    now: datetime,
    base: Catalog | None = None,
    notes: bool = False,
) -> Catalog:
    """Check documents from any source; each is released before the next is read."""
    inspector = Inspector(settings, calendars, stack, now, base, notes, every_request)
    return _put_together([inspector.inspect(documents)], problems, inspector)


def check_readers(
    readers: Sequence[Callable[[], Document]],
    problems: Iterable[Problem] = (),
    *,
    settings: Mapping[str, Settings],
    calendars: Calendars,
    stack: str | None = None,
    now: datetime,
    base: Catalog | None = None,
    notes: bool = False,
    workers: Workers = ALONE,
    sizes: Iterable[int],
    requests: Readers = every_request,
) -> Catalog:
    """Check documents that the checking processes read themselves.

    sizes: of the documents in bytes, by which the work is shared.
    """
    inspector = Inspector(settings, calendars, stack, now, base, notes, requests)
    weights = [1 + size // _ENTRY_BYTES for size in sizes]
    found = workers.share(lambda part: inspector.inspect(reader() for reader in part), readers, weights)
    return _put_together(found, problems, inspector)


def _put_together(found: Sequence[Findings], problems: Iterable[Problem], inspector: Inspector) -> Catalog:
    """Add the problems that only the whole catalog shows."""
    names: dict[str, Place] = {}
    entries: list[Entry] = []
    told = {*problems, *(problem for each in found for problem in each.problems)}
    for name, place, defined in (definition for each in found for definition in each.definitions):
        first = names.setdefault(name, place)
        if first is place:
            entries.extend(defined)
        else:
            told.add(_duplicate(name, place, first))
    told.update(inspector.of_catalog(entries))
    told.update(inspector.of_calendars())
    return Catalog(tuple(entries), tuple(sorted(told)), sum(each.files for each in found), len(names))


def _duplicate(name: str, place: Place, first: Place) -> Problem:
    message = f'the name "{name}" is taken: {first.path}:{first.line}:{first.column} already has it'
    return Problem.at(place, "duplicate-name", message)
