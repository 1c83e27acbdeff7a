"""Memory of the boards of a stack: runs and definitions that were read, and when they have to be read again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from schedule_catalog.operations.access import QUERIES_AT_ONCE
from schedule_catalog.operations.concurrency import answers
from schedule_catalog.operations.inventory import ScheduleMemory
from schedule_catalog.operations.lookup import Identity, identity_of
from schedule_catalog.operations.missed import GRACE
from schedule_catalog.operations.runs import MEMORY, RunRecord, last_fire, newest_runs, remembers_since
from schedule_catalog.timing import FIRST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from schedule_catalog.entry import Entry
    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.timing import Timing

RUNS = 10
"""Number of runs in a row."""

LOOK_BACK = timedelta(days=1)
"""Age up to which missed fires are searched."""

FRESH = timedelta(minutes=5)
"""Age up to which the runs of a schedule that was not due count as current."""

_TICK = timedelta(seconds=1)
# Of a schedule that fires each minute, this covers the grace period and half an hour, in one page.
_READ = 40
# One in progress, and one that a person has triggered.
_BESIDES = 2


@dataclass(frozen=True, slots=True)
class RunsRead:
    """Newest runs of a schedule, and when they were read; `cut` if there may be older ones."""

    at: datetime
    runs: tuple[RunRecord, ...]
    cut: bool


class BoardMemory(ScheduleMemory):
    """Memory of earlier boards of a stack: a refresh reads only facts that may have changed.

    Runs are read again when one may have started or changed: the schedule was due, its newest run has not ended, or
    they were read FRESH ago, since another operator may have triggered it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._runs: dict[str, RunsRead] = {}
        self._called: dict[str, datetime] = {}
        self._ledger_begins: datetime | None = None

    def runs(self, stack: Deployed, schedule: Identity, timing: Timing | None, now: datetime) -> RunsRead:
        """Return the newest runs of a schedule, read at most once at a time."""
        read = self._runs.get(schedule.arn)
        called = self._called.get(schedule.arn)
        if read is None or (read.at < now and (_is_new(called, now) or _may_have_changed(read, timing, now))):
            most = _most(timing, now)
            runs = newest_runs(stack, schedule, FIRST, most)
            read = self._runs[schedule.arn] = RunsRead(now, runs, len(runs) >= most)
        return read

    def note_call(self, arn: str, now: datetime) -> None:
        """Read the runs of a schedule again at each look in the next minutes: a person has called it."""
        self._called[arn] = now

    def read_ahead(self, stack: Deployed, entries: Iterable[Entry], now: datetime) -> None:
        """Read the runs of the catalog's schedules that were never read, before their definitions are known.

        How many runs a first board needs then follows from the entry, and not from the schedule in AWS.
        """
        if stack.manifest.ledger_table is None:
            return
        self.remembers_since(stack, now)
        group = stack.manifest.catalog_group
        schedules = ((identity_of(stack, group, entry.name), entry) for entry in entries)
        unread = [(schedule, entry) for schedule, entry in schedules if schedule.arn not in self._runs]
        answers(lambda each: self.runs(stack, each[0], each[1].timing, now), unread, QUERIES_AT_ONCE)

    def keep(self, arns: Collection[str]) -> None:
        """Forget all schedules but these, and their runs."""
        super().keep(arns)
        self._runs = {arn: read for arn, read in self._runs.items() if arn in arns}
        self._called = {arn: at for arn, at in self._called.items() if arn in arns}

    def remembers_since(self, stack: Deployed, now: datetime) -> datetime:
        """Return the first instant that the ledger covers; its creation is read once."""
        if self._ledger_begins is None:
            self._ledger_begins = remembers_since(stack, now)
        return max(self._ledger_begins, now - MEMORY)


def _most(timing: Timing | None, now: datetime) -> int:
    """Number of runs to read: those of the row, or of all fires of the last day; what is read costs time."""
    if timing is None:
        return _READ
    fires = sum(1 for _ in islice(timing.fires(now - LOOK_BACK, now), _READ))
    return min(_READ, max(RUNS, fires) + _BESIDES)


def _is_new(called: datetime | None, now: datetime) -> bool:
    return called is not None and now - called < FRESH


def _may_have_changed(read: RunsRead, timing: Timing | None, now: datetime) -> bool:
    if now - read.at >= FRESH or any(run.state in ("running", "waiting") for run in read.runs):
        return True
    if timing is None:
        return False
    if timing.free_interval is not None:
        last = last_fire(read.runs)
        return last is None or last + timing.free_interval <= now
    return next(timing.fires(read.at - timing.window - GRACE, now + _TICK), None) is not None
