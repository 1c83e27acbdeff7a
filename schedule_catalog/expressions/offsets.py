"""Offsets of a zone over time: spans of constant offset, changes, and the instants of a local time.

Everything here counts whole minutes, as EventBridge Scheduler does: a moment is a number of minutes since the day of
ordinal 0, in UTC or on a wall clock, so that `divmod(moment, 1440)` gives a date's ordinal and the minute of that day.
An offset with seconds (Liberia's until 1972) is rounded down: so its clock reads at a whole UTC minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from schedule_catalog.expressions.expression import FIRST_YEAR, LAST_YEAR
from schedule_catalog.expressions.zones import listed_changes, zone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
MINUTES_A_DAY = 1440
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_MOMENT = _EPOCH.toordinal() * MINUTES_A_DAY
FIRST = datetime(FIRST_YEAR - 1, 12, 30, tzinfo=UTC).toordinal() * MINUTES_A_DAY
LAST = datetime(LAST_YEAR + 1, 1, 3, tzinfo=UTC).toordinal() * MINUTES_A_DAY
"""The wall times of 1970-2199 in all zones are between these two moments in UTC."""
_LOOK_BACK = 2 * MINUTES_A_DAY
"""Longer than any shift: offsets are between -12 and +14 hours."""


class Span(NamedTuple):
    """Period of one offset within one UTC year."""

    start: int
    end: int
    offset: int
    """Minutes east of UTC."""
    fresh: int
    """First wall moment that the clock has not shown before; earlier ones are repeats."""


class Stretch(NamedTuple):
    """Wall moments in [since, until) that a clock shows for the first time, at one offset."""

    since: int
    until: int
    offset: int


class OffsetChange(NamedTuple):
    """Clock change: from `instant` on, `after` is the offset from UTC."""

    instant: datetime
    before: timedelta
    after: timedelta


def utc(instant: datetime) -> datetime:
    """Return an aware instant in UTC, where differences and comparisons are of instants, not of wall times."""
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        raise ValueError(f"{instant} has no time zone: give an aware datetime")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{instant} has no UTC time: the years are 1-9999") from None


@lru_cache(1024)
def moment(instant: datetime) -> int:
    """Return the first whole minute at or after an instant in UTC, but at least FIRST and at most LAST."""
    return min(max(_EPOCH_MOMENT - (_EPOCH - instant) // MINUTE, FIRST), LAST)


def instant(moment: int) -> datetime:
    """Return the UTC datetime of a UTC moment."""
    return _EPOCH + (moment - _EPOCH_MOMENT) * MINUTE


def wall_stretches(timezone: str, start: int, end: int) -> Iterator[Stretch]:
    """Return the times that the zone's clock shows in [start, end), in order; both are between FIRST and LAST."""
    for year in _years(start, end):
        yield from _stretches(timezone, year, start, end)


@lru_cache(4096)
def _stretches(timezone: str, year: int, start: int, end: int) -> tuple[Stretch, ...]:
    clipped = (
        Stretch(max(span.fresh, start + span.offset), min(span.end, end) + span.offset, span.offset)
        for span in _spans(timezone, year)
    )
    return tuple(stretch for stretch in clipped if stretch.since < stretch.until)


def changes(timezone: str | ZoneInfo, start: datetime, end: datetime) -> Iterator[OffsetChange]:
    """Return the clock changes in [start, end) in order; a change of only the zone's abbreviation does not count."""
    first, last = moment(utc(start)), moment(utc(end))
    spans = (_spans(name_of(timezone), year) for year in _years(first - 1, LAST))
    for before, after in pairwise(chain.from_iterable(spans)):
        if after.start >= last:
            return
        if before.offset != after.offset and after.start >= first:
            yield OffsetChange(instant(after.start), before.offset * MINUTE, after.offset * MINUTE)


def instants(wall: datetime, timezone: str | ZoneInfo) -> tuple[datetime, ...]:
    """Return the UTC instants at which the zone's clock shows `wall`, a naive time: none in a gap, two in a repeat."""
    if wall.tzinfo is not None:
        raise ValueError(f"{wall} has a time zone: give a naive local time")
    local = zone(name_of(timezone))
    both = sorted({utc(wall.replace(tzinfo=local, fold=fold)) for fold in (0, 1)})
    return tuple(each for each in both if each.astimezone(local).replace(tzinfo=None, fold=0) == wall)


def name_of(timezone: str | ZoneInfo) -> str:
    """Return a zone's name; only the name of a ZoneInfo counts, so that its rules come from `tzdata`."""
    name = timezone if isinstance(timezone, str) else timezone.key
    return zone(name).key


@lru_cache(1024)
def _years(start: int, end: int) -> range:
    first, last = date.fromordinal(start // MINUTES_A_DAY), date.fromordinal(end // MINUTES_A_DAY)
    return range(first.year, last.year + 1)


@lru_cache(4096)
def _spans(timezone: str, year: int) -> tuple[Span, ...]:
    start, end = (datetime(each, 1, 1, tzinfo=UTC).toordinal() * MINUTES_A_DAY for each in (year, year + 1))
    found: list[Span] = []
    read = 0
    for since, until in pairwise([start - _LOOK_BACK, *_starts(timezone, start, end), end]):
        offset, begin = _offset(timezone, since), max(since, start)
        if until > start:
            found.append(Span(begin, until, offset, max(begin + offset, read)))
        read = max(read, until + offset)
    return tuple(found)


def _starts(timezone: str, start: int, end: int) -> Iterator[int]:
    """Moments after `start - _LOOK_BACK` at which the offset changes.

    It is constant between two listed changes; after them, a rule changes it at most once a month.
    """
    months = [datetime(instant(start).year, month, 1, tzinfo=UTC) for month in range(1, 13)]
    listed = [each for each in _listed(timezone) if start - _LOOK_BACK < each < end]
    probes = sorted({start - _LOOK_BACK, *map(moment, months), *listed, end})
    for since, until in pairwise(probes):
        offset = _offset(timezone, since)
        if since != probes[0] and offset != _offset(timezone, since - 1):
            yield since
        if offset != _offset(timezone, until - 1):
            yield _first_other(timezone, since, until, offset)


def _first_other(timezone: str, since: int, until: int, offset: int) -> int:
    """First moment in (since, until) with another offset, by bisection."""
    while since + 1 < until:
        middle = (since + until) // 2
        if _offset(timezone, middle) == offset:
            since = middle
        else:
            until = middle
    return until


@cache
def _listed(timezone: str) -> tuple[int, ...]:
    return tuple(_EPOCH_MOMENT - (-each // 60) for each in listed_changes(timezone))


def _offset(timezone: str, moment: int) -> int:
    offset = instant(moment).astimezone(zone(timezone)).utcoffset() or timedelta()
    return offset // MINUTE
