"""Pipeline of a check: files -> documents -> structure -> entries -> rules."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from schedule_catalog.checking.catalog import Catalog
from schedule_catalog.checking.inspection import Inspector
from schedule_catalog.checking.rules.catalog import SHARD
from schedule_catalog.document import find_files, read_document, size_of
from schedule_catalog.problem import Problem
from schedule_catalog.workers import ALONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from typing import Unpack

    from schedule_catalog.checking.inspection import CheckOptions, Findings
    from schedule_catalog.document import Document
    from schedule_catalog.entry import Entry
    from schedule_catalog.problem import Place
    from schedule_catalog.workers import Workers

# An entry has about so many bytes, and takes about the same time in a file of its own and among a hundred.
_ENTRY_BYTES = 700


def check(paths: Sequence[Path], *, workers: Workers = ALONE, **options: Unpack[CheckOptions]) -> Catalog:
    """Check the files under *paths* with every rule.

    workers: number of processes; the result is the same.
    """
    found = find_files(paths)
    readers = [partial(read_document, file.path, file.shown_as) for file in found.files]
    sizes = [size_of(file.path) for file in found.files]
    inspector = Inspector(**options)
    problems = [*found.problems, *SHARD.check(found.files, paths, inspector.settings)]
    return _put_together(_shared(readers, sizes, inspector, workers), problems, inspector)


def check_documents(
    documents: Iterable[Document], problems: Iterable[Problem] = (), **options: Unpack[CheckOptions]
) -> Catalog:
    """Check documents from any source; each is released before the next is read."""
    inspector = Inspector(**options)
    return _put_together([inspector.inspect(documents)], problems, inspector)


def check_readers(
    readers: Sequence[Callable[[], Document]],
    problems: Iterable[Problem] = (),
    *,
    sizes: Iterable[int],
    workers: Workers = ALONE,
    **options: Unpack[CheckOptions],
) -> Catalog:
    """Check documents that the checking processes read themselves.

    sizes: of the documents in bytes, by which the work is shared.
    """
    inspector = Inspector(**options)
    return _put_together(_shared(readers, sizes, inspector, workers), problems, inspector)


def _shared(
    readers: Sequence[Callable[[], Document]], sizes: Iterable[int], inspector: Inspector, workers: Workers
) -> Sequence[Findings]:
    weights = [1 + size // _ENTRY_BYTES for size in sizes]
    return workers.share(lambda part: inspector.inspect(reader() for reader in part), readers, weights)


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
