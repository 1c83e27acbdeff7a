"""A calendar: local days and periods, and the instants at which a zone's clock reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from schedule_catalog.expressions import changes, zone
from schedule_client.contract.exclusions import Interval, UtcCalendar
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schedule_catalog.problem import Place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
# Local times lie this close to the same time in UTC, even where a zone skipped a whole day.
_SHIFT = timedelta(days=2)


@frozen(order=True)
class Period:
    """Local times (naive) from `first` on and before `until`, and why they are left out."""

    first: datetime
    until: datetime
    reason: str = ""


@frozen
class Calendar:
    """One file of the calendars' folder.

    timezone: None for a calendar whose days are those of the entry that names it.
    """

    name: str
    place: Place
    description: str
    timezone: str | None
    periods: tuple[Period, ...]

    def expired(self, now: datetime) -> bool:
        """Tell whether its last period is over, wherever on earth."""
        return max(each.until for each in self.periods).replace(tzinfo=UTC) + _SHIFT <= now


@lru_cache(4096)
def compiled(name: str, periods: tuple[Period, ...], timezone: str) -> UtcCalendar:
    """Return the calendar as a zone's clock has it: an instant is in it when its local time is.

    A local time that the clocks repeat is left out both times, and one that they skip never comes.
    """
    intervals = sorted(each for period in periods for each in _intervals(period, timezone))
    return UtcCalendar(f"{name}@{timezone}", tuple(_disjoint(intervals)))


def _intervals(period: Period, timezone: str) -> Iterator[Interval]:
    """Each stretch of a constant offset has the period's local times at most once, in a row."""
    first, until = period.first.replace(tzinfo=UTC), period.until.replace(tzinfo=UTC)
    since, end = first - _SHIFT, until + _SHIFT
    instants = [since, *(each.instant for each in changes(timezone, since, end)), end]
    for begins, ends in pairwise(instants):
        offset = begins.astimezone(zone(timezone)).utcoffset() or timedelta()
        left, right = max(begins, first - offset), min(ends, until - offset)
        if left < right:
            yield (left - _EPOCH) // _SECOND, (right - _EPOCH) // _SECOND, period.reason


def _disjoint(intervals: Iterable[Interval]) -> Iterator[Interval]:
    """Give each second to the first interval that has it, and make one of two that go on with the same reason."""
    before: Interval | None = None
    for since, until, reason in intervals:
        if before is None:
            before = since, until, reason
        elif since <= before[1] and reason == before[2]:
            before = before[0], max(before[1], until), reason
        elif until > before[1]:
            yield before
            before = max(since, before[1]), until, reason
    if before is not None:
        yield before
