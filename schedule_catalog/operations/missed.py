"""Missed runs: fires that the catalog promised and that are not in the run ledger."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from schedule_catalog.operations.concurrency import answers
from schedule_catalog.operations.lookup import Identity
from schedule_catalog.operations.runs import remembers_since, runs_of
from schedule_catalog.operations.schedules import list_schedules
from schedule_client.contract.origins import CATALOG
from schedule_client.contract.times import read_instant, wire_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from schedule_catalog.entry import Entry
    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.runs import RunRecord
    from schedule_catalog.operations.schedules import ScheduleSummary
    from schedule_catalog.timing import Timing

GRACE = timedelta(minutes=5)
"""Delay of a run, after its flexible window, from which it counts as missed."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Promised run that is not in the ledger.

    scheduled: its due time; for a rate, that of the first missing run.
    last: the last recorded run, for a rate.
    doubt: the schedule was changed later, and may have had other times then.
    """

    entry: Entry
    scheduled: datetime
    last: datetime | None = None
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """Scope of the search: its start, and the schedules of the catalog that are not in AWS."""

    missed: tuple[Missed, ...]
    since: datetime
    absent: tuple[str, ...]


def missed_runs(
    stack: Deployed, entries: Sequence[Entry], since: datetime, now: datetime, handing_minutes: int
) -> Search:
    """Return the fires of the period without a run, except those before the schedule or the ledger existed.

    A schedule with known fires missed each fire without a run. A rate, whose fires count from an instant that only
    AWS knows, missed runs where there is none for two intervals.

    handing_minutes: of the stack's settings.
    """
    first = max(since, remembers_since(stack, now))
    listed = {each.name: each for each in list_schedules(stack, stack.manifest.catalog_group)}
    there = [entry for entry in entries if entry.name in listed]

    def missed(entry: Entry) -> list[Missed]:
        summary = listed[entry.name]
        schedule = Identity(stack.manifest.catalog_group, entry.name, summary.arn, (CATALOG,))
        return list(missed_of(entry, entry.timing, summary, lambda begin: runs_of(stack, schedule, begin), first, now))

    found = chain.from_iterable(answers(missed, there))
    ordered = sorted(found, key=lambda one: (one.scheduled, one.entry.name))
    absent = (entry.name for entry in entries if entry.name not in listed and not entry.finished(now, handing_minutes))
    return Search(tuple(ordered), first, tuple(sorted(absent)))


def missed_of(
    entry: Entry,
    timing: Timing,
    summary: ScheduleSummary,
    runs_since: Callable[[datetime], Iterable[RunRecord]],
    since: datetime,
    now: datetime,
) -> Iterator[Missed]:
    """Yield the fires of one schedule in [since, now) without a run; the runs are read only if one was due.

    timing: the entry's, which the catalog promises, or the deployed one, without an edit that was not deployed.
    """
    first, late = max(since, summary.created), now - timing.window - GRACE
    if interval := timing.free_interval:
        for span in timing.spans(max(first, summary.modified), late):
            yield from _rate(entry, runs_since(span[0] - 2 * interval), interval, span)
        return
    promised = list(timing.fires(first, late))
    if not promised:
        return
    seen = {record.sort for record in runs_since(promised[0])}
    for fire in promised:
        if wire_time(fire) not in seen:
            yield Missed(entry, fire, doubt=fire < summary.modified)


def _rate(
    entry: Entry, runs: Iterable[RunRecord], interval: timedelta, span: tuple[datetime, datetime]
) -> Iterator[Missed]:
    """Gaps of more than two intervals; none before the last change, which may have restarted the count."""
    begun, end = span
    # A manual run has a "#" and does not belong to the timing.
    seen = sorted(read_instant(run.sort) for run in runs if "#" not in run.sort)
    times = [begun, *(time for time in seen if time > begun), end]
    for before, after in pairwise(times):
        if after - before > 2 * interval:
            known = bisect_right(seen, before)
            yield Missed(entry, before + interval, seen[known - 1] if known else None)
