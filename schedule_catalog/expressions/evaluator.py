"""Fires of an expression.

A cron expression fires at every UTC minute at which the zone's clock reads a time that its six fields select, except
when the clock reads it a second time: a local time that does not exist is skipped, one that occurs twice fires on its
first pass ("Daylight savings time on EventBridge Scheduler" in the user guide).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING

from schedule_catalog.expressions.days import days_of_month
from schedule_catalog.expressions.expression import At, Cron, Expression, Rate
from schedule_catalog.expressions.offsets import (
    LAST,
    MINUTE,
    MINUTES_A_DAY,
    Stretch,
    instant,
    instants,
    moment,
    name_of,
    utc,
    wall_stretches,
)
from schedule_catalog.expressions.parse import parse

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from schedule_catalog.expressions.days import Days
    from schedule_catalog.expressions.fields import Values

_END = instant(LAST)
_MINUTES = tuple(minute * MINUTE for minute in range(MINUTES_A_DAY))


def fires(
    expression: str | Expression,
    timezone: str | ZoneInfo,
    start: datetime,
    end: datetime,
    anchor: datetime | None = None,
) -> Iterator[datetime]:
    """Return the fires in [start, end), in order, as aware UTC datetimes.

    `anchor` is a rate's first run (its StartDate); without one that is `start`. Local years are 1970-2199.
    ValueErrors (ExpressionError, ZoneError, a naive datetime) are raised at once, not by the iterator.
    """
    parsed = parse(expression) if isinstance(expression, str) else expression
    start, end, name = utc(start), utc(end), name_of(timezone)
    if isinstance(parsed, Cron):
        return chain.from_iterable(_days(parsed, name, moment(start), moment(end)))
    if isinstance(parsed, Rate):
        return _rate(parsed, start, min(end, _END), start if anchor is None else utc(anchor))
    return _at(parsed, name, start, end)


def next_fires(
    expression: str | Expression,
    timezone: str | ZoneInfo,
    start: datetime,
    count: int,
    anchor: datetime | None = None,
) -> list[datetime]:
    """Return the first `count` fires from `start` on, fewer if the expression ends."""
    if count == 1 and (soon := _soon(expression, timezone, start)):
        return [soon]
    return list(islice(fires(expression, timezone, start, _END, anchor), count))


def count_fires(
    expression: str | Expression,
    timezone: str | ZoneInfo,
    start: datetime,
    end: datetime,
    anchor: datetime | None = None,
) -> int:
    """Return the number of `fires`, by days times the times of a day instead of one by one."""
    parsed = parse(expression) if isinstance(expression, str) else expression
    if isinstance(parsed, Cron):
        stretches = wall_stretches(name_of(timezone), moment(utc(start)), moment(utc(end)))
        return sum(_count(parsed, since, until) for since, until, _ in stretches)
    if isinstance(parsed, Rate):
        start, end = utc(start), min(utc(end), _END)
        first = next(_rate(parsed, start, end, start if anchor is None else utc(anchor)), None)
        return 0 if first is None else -((first - end) // parsed.interval)
    return len(list(fires(parsed, timezone, start, end)))


def _soon(expression: str | Expression, timezone: str | ZoneInfo, start: datetime) -> datetime | None:
    """Next fire of a cron if it is on a day that ends before the offset may change: a shortcut for most fires.

    None means unknown: the fire may come later, or never.
    """
    cron = parse(expression) if isinstance(expression, str) else expression
    stretch = _stretch_from(name_of(timezone), moment(utc(start)))
    if not isinstance(cron, Cron) or stretch is None:
        return None
    since, until, offset = stretch
    times = _times(cron.fields.minutes, cron.fields.hours)
    first, last = since // MINUTES_A_DAY, until // MINUTES_A_DAY
    for day in _ordinals(cron, first, last):
        if day >= last:
            return None
        index = bisect_left(times, _MINUTES[since % MINUTES_A_DAY]) if day == first else 0
        if index < len(times):
            return _from_midnight(day, offset)(times[index])
    return None


@lru_cache(1024)
def _stretch_from(timezone: str, start: int) -> Stretch | None:
    return next(wall_stretches(timezone, start, LAST), None)


def _count(cron: Cron, since: int, until: int) -> int:
    """Number of wall moments in [since, until) that the fields select."""
    times = _times(cron.fields.minutes, cron.fields.hours)
    first, last = since // MINUTES_A_DAY, until // MINUTES_A_DAY
    days = list(takewhile(last.__ge__, _ordinals(cron, first, last)))
    total = len(days) * len(times)
    if days and days[0] == first:
        total -= len(_between(times, 0, since - first * MINUTES_A_DAY))
    if days and days[-1] == last:
        total -= len(_between(times, until - last * MINUTES_A_DAY, MINUTES_A_DAY))
    return total


def _days(cron: Cron, timezone: str, start: int, end: int) -> Iterator[Iterable[datetime]]:
    """Fires of [start, end), one iterable for each day or part of a day with a constant offset."""
    times = _times(cron.fields.minutes, cron.fields.hours)
    stretches = wall_stretches(timezone, start, end)
    stretch = next(stretches, None)
    if stretch is None:
        return
    since, until, offset = stretch
    for day in _ordinals(cron, since // MINUTES_A_DAY, end // MINUTES_A_DAY + 1):
        midnight = day * MINUTES_A_DAY
        following = midnight + MINUTES_A_DAY
        while until < following:
            if until > midnight:  # rest of a stretch that ends within this day
                yield map(_from_midnight(day, offset), _between(times, since - midnight, until - midnight))
            stretch = next(stretches, None)
            if stretch is None:
                return
            since, until, offset = stretch
        if since <= midnight:
            yield map(_from_midnight(day, offset), times)
        elif since < following:
            yield map(_from_midnight(day, offset), _between(times, since - midnight, until - midnight))


def _between(times: tuple[timedelta, ...], since: int, until: int) -> tuple[timedelta, ...]:
    """Times of a day in [since, until), which may begin before the day and end after it."""
    first = bisect_left(times, since * MINUTE) if since > 0 else 0
    return times[first : bisect_left(times, until * MINUTE)]


def _ordinals(cron: Cron, first: int, last: int) -> Iterator[int]:
    """Ordinals of the days in [first, last] that the expression selects."""
    days, months, years = cron.days, cron.fields.months.values, cron.fields.years.values
    start = date.fromordinal(first)
    for index in range(bisect_left(years, start.year), len(years)):
        year = years[index]
        for month in months[bisect_left(months, start.month) :] if year == start.year else months:
            before, chosen = _month(days, year, month)
            if before >= last:
                return
            if before < first:
                chosen = chosen[bisect_left(chosen, first - before) :]
            for day in chosen:
                yield before + day


def _rate(rate: Rate, start: datetime, end: datetime, anchor: datetime) -> Iterator[datetime]:
    passed = max(timedelta(0), -((anchor - start) // rate.interval) * rate.interval)
    if passed >= end - anchor:
        return iter(())
    first = anchor + passed
    return map(first.__add__, map(rate.interval.__mul__, range(-((first - end) // rate.interval))))


def _at(at: At, timezone: str, start: datetime, end: datetime) -> Iterator[datetime]:
    first_pass = (instant(moment(each)) for each in instants(at.wall, timezone)[:1])
    return (each for each in first_pass if start <= each < end)


@lru_cache(4096)
def _times(minutes: Values, hours: Values) -> tuple[timedelta, ...]:
    """Times of day that fire, as the time since midnight."""
    return tuple(_MINUTES[60 * hour + minute] for hour in hours.values for minute in minutes.values)


@lru_cache(16_384)
def _month(days: Days, year: int, month: int) -> tuple[int, tuple[int, ...]]:
    """Ordinal before a month's 1st, and its selected days."""
    first = date(year, month, 1).toordinal()
    following = date(year + month // 12, month % 12 + 1, 1).toordinal()
    return first - 1, days_of_month(days, first % 7, following - first)


@lru_cache(8192)
def _from_midnight(day: int, offset: int) -> Callable[[timedelta], datetime]:
    """Function from a time of that day to its UTC datetime."""
    return instant(day * MINUTES_A_DAY - offset).__add__
