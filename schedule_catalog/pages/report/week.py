"""Fires of a schedule in the week of the report, as few numbers.

Times are whole minutes after the start of the report: EventBridge Scheduler fires only on whole minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from schedule_catalog.expressions import zone
from schedule_catalog.volume import calls_per_month
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.timing import Timing

WEEK = timedelta(days=7)
NEXT = 5
_MINUTE = timedelta(minutes=1)


@frozen
class Week:
    """Fires of a week and the next few, inside or after it.

    runs: evenly spaced fires of the week as (first, step, count).
    upcoming: of each of the next fires (minute, offset of the schedule's zone from UTC in minutes).
    calls: number of fires in the week.
    monthly: number of fires in a month, averaged over the following year.
    left_out: what a pause, a calendar or a freeze leaves out of the week, as runs.
    """

    runs: tuple[tuple[int, int, int], ...]
    upcoming: tuple[tuple[int, int], ...]
    calls: int
    monthly: float
    left_out: tuple[tuple[int, int, int], ...] = ()


class Weeks:
    """Weeks of many schedules; those with the same timing share one."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._numbers: dict[Timing, int] = {}
        self.found: list[Week] = []

    def number(self, timing: Timing) -> int:
        """Return the index of a timing's week in `found`."""
        number = self._numbers.get(timing)
        if number is None:
            number = self._numbers[timing] = len(self.found)
            self.found.append(week(timing, self._start))
        return number


def week(timing: Timing, start: datetime) -> Week:
    """Return the fires of a schedule from *start* on, as if it were deployed then."""
    minutes = [_minute(fire, start) for fire in timing.fires(start, start + WEEK)]
    local = zone(timing.timezone)
    upcoming = tuple((_minute(fire, start), _offset(fire.astimezone(local))) for fire in timing.upcoming(start, NEXT))
    left_out = runs(_minute(fire, start) for fire, _ in timing.left_out(start, start + WEEK))
    return Week(tuple(runs(minutes)), upcoming, len(minutes), calls_per_month(timing, start), tuple(left_out))


def runs(minutes: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Yield rising numbers as evenly spaced runs (first, step, count), each as long as possible."""
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
