"""Due fires of a schedule, and the number of missed ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from schedule_catalog.expressions import count_fires, fires, next_fires, parse

if TYPE_CHECKING:
    from local.dispatcher.run import Track
    from local.dispatcher.schedule import Schedule

# A recurring schedule makes up for this much after the stack was killed, or the whole machine was asleep. What is older
# is counted as missed: a laptop opened on Monday must not send the weekend. One-time schedules always fire.
CATCH_UP = timedelta(minutes=5)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Due:
    """The fires to run now, how many were missed before them, and the instant from which to look next."""

    fires: tuple[datetime, ...]
    missed: int
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
    """Return the fires from `cursor` to `now`, both included."""
    end = now.replace(microsecond=0) + SECOND
    if not schedule.recurring:
        found = next_fire(schedule, anchor, cursor)
        return Due((found,) if found is not None and found < end else (), 0, end)
    horizon = max(cursor, end - SECOND - CATCH_UP)
    since, until = _bounded(schedule, horizon, end)
    found = fires(schedule.expression, schedule.timezone, since, until, _anchor(schedule, anchor))
    return Due(tuple(found), count_due(schedule, anchor, cursor, horizon), end)


def count_due(schedule: Schedule, anchor: datetime, cursor: datetime, end: datetime) -> int:
    """Count the fires of a recurring schedule from `cursor` until before `end`."""
    since, until = _bounded(schedule, cursor, end)
    return count_fires(schedule.expression, schedule.timezone, since, until, _anchor(schedule, anchor))


def after_stop(schedule: Schedule, track: Track, now: datetime) -> tuple[Track, int]:
    """Return the continuation of a recurring schedule after the stack was stopped on purpose, and the omitted fires.

    It was as good as switched off: what came due is not called, and a rate without a StartDate begins at once.
    """
    start = now.replace(microsecond=0)
    missed = count_due(schedule, track.anchor, track.cursor, start + SECOND)
    if schedule.open_rate:
        return replace(track, anchor=start, cursor=start), missed
    return replace(track, cursor=max(track.cursor, start + SECOND)), missed


def _bounded(schedule: Schedule, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The part of a time in which a schedule may fire."""
    start = _begin(schedule, start)
    if schedule.end is not None:
        end = min(end, schedule.end.replace(microsecond=0) + SECOND)
    return start, max(start, end)


def _begin(schedule: Schedule, cursor: datetime) -> datetime:
    if schedule.recurring and schedule.start is not None:
        return max(cursor, schedule.start)
    return cursor


def _anchor(schedule: Schedule, anchor: datetime) -> datetime:
    return schedule.start if schedule.start is not None else anchor
