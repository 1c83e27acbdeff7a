"""When a schedule fires in the week of the report, in few numbers.

Times are whole minutes after the start of the report: EventBridge Scheduler fires on none between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from schedule_catalog.expressions import zone
from schedule_catalog.fires import entry_fires
from schedule_catalog.volume import calls_per_month

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

WEEK = timedelta(days=7)
NEXT = 5
_MINUTE = timedelta(minutes=1)
_HORIZON = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timing:
    """The fires of a week and the next few, be they in it or not.

    runs: evenly spaced fires of the week as (first, step, count).
    upcoming: of each of the next fires (minute, offset of the schedule's zone from UTC in minutes).
    calls: how many fires the week has.
    monthly: how many a month has, of the year that follows.
    """

    runs: tuple[tuple[int, int, int], ...]
    upcoming: tuple[tuple[int, int], ...]
    calls: int
    monthly: float


class Timings:
    """The timings of many schedules; those that fire alike share one."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._numbers: dict[tuple[object, ...], int] = {}
        self.found: list[Timing] = []

    def number(self, entry: Entry) -> int:
        """Return the place of an entry's timing in `found`."""
        key = (entry.expression, entry.timezone, entry.start, entry.end, entry.enabled)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.found)
            self.found.append(timing(entry, self._start))
        return number


def timing(entry: Entry, start: datetime) -> Timing:
    """Return when *entry* fires from *start* on, as if it were deployed then."""
    week = [_minute(fire, start) for fire in entry_fires(entry, start, start + WEEK)]
    local = zone(entry.timezone)
    upcoming = tuple(
        (_minute(fire, start), _offset(fire.astimezone(local)))
        for fire in islice(entry_fires(entry, start, _HORIZON), NEXT)
    )
    return Timing(tuple(runs(week)), upcoming, len(week), calls_per_month(entry, start))


def runs(minutes: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Yield rising numbers as evenly spaced runs (first, step, count), each as long as it can be."""
    first = last = step = count = 0
    for minute in minutes:
        if count == 0:
            first, step, count = minute, 0, 1
        elif count == 1 or minute - last == step:
            step, count = minute - last, count + 1
        else:
            yield first, step, count
            first, step, count = minute, 0, 1
        last = minute
    if count:
        yield first, step, count


def _minute(moment: datetime, start: datetime) -> int:
    return (moment - start) // _MINUTE


def _offset(local: datetime) -> int:
    return (local.utcoffset() or timedelta()) // _MINUTE
