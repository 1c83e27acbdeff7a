"""Runs that a pause will hold back, counted before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from schedule_catalog.operations.concurrency import answers
from schedule_catalog.operations.lookup import identity_of
from schedule_catalog.operations.pauses import subject_of
from schedule_catalog.operations.runs import last_fire, newest_runs
from schedule_catalog.operations.schedules import get_schedule, get_schedules, list_schedules
from schedule_catalog.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from schedule_catalog.entry import Entry
    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.schedules import FoundSchedule
    from schedule_client.contract.pauses import RunTimePause

MOST_RUN_TIME = 1_000
"""Number of applications' schedules that are counted."""

# A run waits for its next attempt for this long at most, and few of one schedule do at a time.
_LONGEST_WAIT = timedelta(days=14)
_READ = 20


@dataclass(frozen=True, slots=True)
class PauseEffect:
    """Number of schedules that a pause covers, and of their runs that it will skip, and make wait.

    Calls that wait in the retry queue and whose one-time schedule is gone are not in it.
    truncated: whether applications have more schedules than were counted.
    """

    schedules: int
    skipped: int
    waiting: int
    truncated: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """The effect in words."""
        more = ", and more" if self.truncated else ""
        return (
            f"{counted(self.schedules, 'schedule')}{more}",
            f"{counted(self.skipped, 'run')} will be skipped, {self.waiting:,} will wait{more}",
            "one-time calls that are already in the retry queue wait too, and are not counted",
        )


def pause_effect(
    stack: Deployed, planned: RunTimePause, now: datetime, entries: Mapping[str, Entry], services: Mapping[str, str]
) -> PauseEffect:
    """Return what a pause from now on will do.

    entries: of the catalog, if known; they say which deployed fires the proxy leaves out.
    services: their base URLs, if known.
    """
    schedules, truncated = _schedules(stack, planned)
    covered = [one for one in schedules if planned.covers(subject_of(stack, one, services))]

    def held_back(one: FoundSchedule) -> tuple[int, int]:
        entry = entries.get(one.name) if one.group == stack.manifest.catalog_group else None
        timing = one.timing_like(entry)
        runs = newest_runs(stack, identity_of(stack, one.group, one.name), now - _LONGEST_WAIT, _READ)
        held = sum(run.state == "waiting" for run in runs)
        due = timing.count(now, planned.ends, one.counts_from(last_fire(runs)))
        runs_are_single = one.group != stack.manifest.catalog_group and not one.event.get("recurring")
        if timing.fires_once or runs_are_single:
            return 0, held + due
        if planned.skips:
            return due, held
        return max(0, held + due - 1), min(1, held + due)

    counts = answers(held_back, covered)
    return PauseEffect(
        len(covered), sum(skipped for skipped, _ in counts), sum(waiting for _, waiting in counts), truncated
    )


def _schedules(stack: Deployed, planned: RunTimePause) -> tuple[list[FoundSchedule], bool]:
    """Schedules that may be meant, and whether there are more."""
    if planned.scope == "schedule":
        group, _, name = planned.name.partition(":schedule/")[2].partition("/")
        only = get_schedule(stack, group, name)
        return ([only] if only else []), False
    manifest, truncated = stack.manifest, False
    found: list[FoundSchedule] = []
    if planned.scope != "application":
        names = [each.name for each in list_schedules(stack, manifest.catalog_group)]
        found += get_schedules(stack, manifest.catalog_group, names).values()
    if planned.scope != "owner":
        names = [each.name for each in list_schedules(stack, manifest.adhoc_group, MOST_RUN_TIME + 1)]
        truncated = len(names) > MOST_RUN_TIME
        found += get_schedules(stack, manifest.adhoc_group, names[:MOST_RUN_TIME]).values()
    return found, truncated
