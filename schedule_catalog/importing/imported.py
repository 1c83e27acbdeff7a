"""Result of an import: the kind of the file, the result for each job, and the settings that the entries need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from schedule_catalog.importing.conversion import conversions
from schedule_catalog.importing.job import Converted, Job, Refused
from schedule_catalog.importing.settings_lines import settings_of
from schedule_catalog.importing.sources import jobs_of

if TYPE_CHECKING:
    from schedule_catalog.importing.content import Content
    from schedule_catalog.importing.source import ImportContext

DEFAULT_OWNER = "imported"


@dataclass(frozen=True, slots=True)
class Imported:
    """Result of `schedules import`.

    kind, title: of the source.
    results: results of the jobs, in the order of the source; a job may become several entries.
    settings: values of a stack's settings that the entries need.
    """

    kind: str
    title: str
    results: tuple[Converted | Refused, ...]
    settings: Mapping[str, Any]

    @property
    def converted(self) -> tuple[Converted, ...]:
        """Converted entries."""
        return tuple(each for each in self.results if isinstance(each, Converted))

    @property
    def refused(self) -> tuple[Refused, ...]:
        """Jobs that did not become entries."""
        return tuple(each for each in self.results if isinstance(each, Refused) and not each.skipped)

    @property
    def skipped(self) -> tuple[Refused, ...]:
        """Jobs without times."""
        return tuple(each for each in self.results if isinstance(each, Refused) and each.skipped)


def imported(
    content: Content,
    reading: ImportContext,
    kind: str | None = None,
    owner: str | None = None,
    taken: Iterable[str] = (),
) -> Imported:
    """Read a source and convert its jobs.

    kind: kind of the file; None to recognise it.
    owner: of all entries; None for the owner in the source, else `imported`.
    taken: names of entries that are in use.

    Raises NotConvertibleError if the file is not a source.
    """
    source, jobs = jobs_of(content, reading, kind)
    if owner is not None:
        jobs = [replace(job, owner=None) if isinstance(job, Job) else job for job in jobs]
    targets = reading.targets
    results = tuple(conversions(jobs, owner or DEFAULT_OWNER, reading.now, taken, targets.confidential))
    entries = [each for each in results if isinstance(each, Converted)]
    return Imported(source.kind, source.title, results, settings_of(entries, targets, reading.now))
