"""Which fires of a schedule are due, and which were missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from schedule_catalog.expressions import fires, next_fires, parse

if TYPE_CHECKING:
    from local.dispatcher.schedule import Schedule

# A recurring schedule makes up for this much after the stack, or the whole machine, was asleep. What is older is
# reported as missed: a laptop opened on Monday must not send the weekend. One-time schedules always fire.
CATCH_UP = timedelta(minutes=5)
MOST_COUNTED = 1000
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class MissedFires:
    """Fires that are too old to make up for; `count` stops at `MOST_COUNTED`."""

    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """The fires to run now, what was missed before them, and the instant from which to look next."""

    fires: tuple[datetime, ...]
    missed: MissedFires | None
    cursor: datetime


def first_cursor(schedule: Schedule, begun: datetime) -> datetime:
    """From when to look for fires of a schedule that begins to count at `begun`.

    A rate fires at once, a cron not for the minute that has already begun, and a one-time schedule whose time has
    passed fires at once.
    """
    second = begun.replace(microsecond=0)
    if parse(schedule.expression).kind == "cron":
        return second if second == begun else second + SECOND
    if schedule.recurring:
        return second
    found = next_fires(schedule.expression, schedule.timezone, datetime.min.replace(year=1970, tzinfo=begun.tzinfo), 1)
    return min([second, *found])


def next_fire(schedule: Schedule, anchor: datetime, cursor: datetime) -> datetime | None:
    """The first fire at or after `cursor`; None when there is none, as after EndDate."""
    begin = _begin(schedule, cursor)
    found = next_fires(schedule.expression, schedule.timezone, begin, 1, anchor=_anchor(schedule, anchor))
    if not found or (schedule.recurring and schedule.end is not None and found[0] > schedule.end):
        return None
    return found[0]


def due(schedule: Schedule, anchor: datetime, cursor: datetime, now: datetime) -> Due:
    """What fell due from `cursor` to `now`, both included."""
    end = now.replace(microsecond=0) + SECOND
    if not schedule.recurring:
        found = next_fire(schedule, anchor, cursor)
        return Due((found,) if found is not None and found < end else (), None, end)
    horizon = max(cursor, end - SECOND - CATCH_UP)
    return Due(
        tuple(_between(schedule, anchor, horizon, end)),
        _missed(schedule, anchor, cursor, horizon),
        end,
    )


def _missed(schedule: Schedule, anchor: datetime, start: datetime, end: datetime) -> MissedFires | None:
    found = _between(schedule, anchor, start, end)
    return MissedFires(len(found), found[0], found[-1]) if found else None


def _between(schedule: Schedule, anchor: datetime, start: datetime, end: datetime) -> list[datetime]:
    start = _begin(schedule, start)
    if schedule.end is not None:
        end = min(end, schedule.end.replace(microsecond=0) + SECOND)
    if start >= end:
        return []
    found = fires(schedule.expression, schedule.timezone, start, end, anchor=_anchor(schedule, anchor))
    return list(islice(found, MOST_COUNTED))


def _begin(schedule: Schedule, cursor: datetime) -> datetime:
    if schedule.recurring and schedule.start is not None:
        return max(cursor, schedule.start)
    return cursor


def _anchor(schedule: Schedule, anchor: datetime) -> datetime:
    return schedule.start if schedule.start is not None else anchor
