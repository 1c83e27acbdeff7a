"""Runs of a schedule that were not made, and can be made now under their own run keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule_catalog.operations.errors import NotRunnableError
from schedule_catalog.operations.lookup import identity_of
from schedule_catalog.operations.missed import missed_of
from schedule_catalog.operations.runs import remembers_since, runs_of, scheduled_of
from schedule_catalog.operations.schedules import ScheduleSummary

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.entry import Entry
    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.schedules import FoundSchedule


@dataclass(frozen=True, slots=True)
class Unmade:
    """Run that was not made: its due time, and the reason in a few words.

    doubt: the schedule was changed later, and may have had other times then.
    """

    scheduled: datetime
    why: str
    doubt: bool = False


def skipped_runs(stack: Deployed, schedule: FoundSchedule, since: datetime) -> tuple[Unmade, ...]:
    """Return the skipped runs of a schedule that were due since then, the oldest first."""
    identity = identity_of(stack, schedule.group, schedule.name)
    found = [
        Unmade(due, ": ".join(part for part in (record.reason, record.message) if part))
        for record in runs_of(stack, identity, since)
        if record.state == "skipped" and "#" not in record.sort and (due := scheduled_of(record))
    ]
    return tuple(sorted(found, key=lambda one: one.scheduled))


def missed_fires(
    stack: Deployed, schedule: FoundSchedule, entry: Entry, since: datetime, now: datetime
) -> tuple[Unmade, ...]:
    """Return the fires of a deployed schedule that have no run, the oldest first.

    entry: it says what the proxy leaves out of them.
    Raises NotRunnableError where only AWS knows its fires.
    """
    timing = schedule.timing_like(entry)
    if timing.free_interval:
        raise NotRunnableError(
            f'only AWS knows when "{schedule.name}" fires, so its missed runs have no times: run it once, '
            "without --missed"
        )
    identity = identity_of(stack, schedule.group, schedule.name)
    summary = ScheduleSummary(schedule.name, schedule.arn, schedule.enabled, schedule.created, schedule.modified)
    first = max(since, remembers_since(stack, now))
    found = missed_of(entry, timing, summary, lambda begin: runs_of(stack, identity, begin), first, now)
    return tuple(Unmade(one.scheduled, "no run", one.doubt) for one in found)
