"""When an expression fires.

A cron expression fires at every UTC minute at which the zone's clock reads a time that its six fields select, except
when the clock reads it a second time: a local time that does not exist is skipped, one that occurs twice fires on its
first pass ("Daylight savings time on EventBridge Scheduler" in the user guide).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from schedule_catalog.expressions.days import days_of_month
from schedule_catalog.expressions.expression import At, Cron, Expression, Rate
from schedule_catalog.expressions.offsets import (
    FIRST,
    LAST,
    MINUTE,
    MINUTES_A_DAY,
    aware,
    instant,
    instants,
    moment,
    name_of,
    spans,
)
from schedule_catalog.expressions.parse import parse

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from schedule_catalog.expressions.fields import Values

_MINUTES = tuple(minute * MINUTE for minute in range(MINUTES_A_DAY))


def fires(
    expression: str | Expression,
    timezone: str | ZoneInfo,
    start: datetime,
    end: datetime,
    anchor: datetime | None = None,
) -> Iterator[datetime]:
    """Give the fires in [start, end), in order, as aware UTC datetimes.

    `anchor` is a rate's first run (its StartDate); without one that is `start`. Local years are 1970-2199.
    ValueErrors (ExpressionError, ZoneError, a naive datetime) are raised at once, not by the iterator.
    """
    parsed = parse(expression) if isinstance(expression, str) else expression
    first, last, name = max(moment(start), FIRST), min(moment(end), LAST), name_of(timezone)
    if isinstance(parsed, Cron):
        return chain.from_iterable(_days(parsed, name, first, last))
    if isinstance(parsed, Rate):
        origin = start if anchor is None else aware(anchor)
        return _rate(parsed, start, min(end, instant(LAST)), origin)
    return _at(parsed, name, start, end)


def next_fires(
    expression: str | Expression,
    timezone: str | ZoneInfo,
    start: datetime,
    count: int,
    anchor: datetime | None = None,
) -> list[datetime]:
    """Give the first `count` fires from `start` on, fewer where the expression ends."""
    return list(islice(fires(expression, timezone, start, instant(LAST), anchor), count))


def _days(cron: Cron, timezone: str, start: int, end: int) -> Iterator[Iterable[datetime]]:
    """The fires of [start, end), one iterable for each day or part of a day of constant offset."""
    day_before, day_after = start // MINUTES_A_DAY - 1, end // MINUTES_A_DAY + 1
    candidate = next(_ordinals(cron, day_before, day_after), None)
    if candidate is None:
        return
    start = max(start, (candidate - 1) * MINUTES_A_DAY)  # passes over the years without a fire
    times = _times(cron.fields.minutes, cron.fields.hours)
    for span in spans(timezone, start, end):
        since = max(span.fresh, start + span.offset)
        until = min(span.end, end) + span.offset
        first, from_minute = divmod(since, MINUTES_A_DAY)
        last, to_minute = divmod(until - 1, MINUTES_A_DAY)
        for day in _ordinals(cron, first, last) if since < until else ():
            chosen = times
            if day == last:
                chosen = chosen[: bisect_right(chosen, _MINUTES[to_minute])]
            if day == first:
                chosen = chosen[bisect_left(chosen, _MINUTES[from_minute]) :]
            yield map(_from_midnight(day, span.offset), chosen)


def _ordinals(cron: Cron, first: int, last: int) -> Iterator[int]:
    """The ordinals of the days in [first, last] that the expression selects."""
    days, months, years = cron.days, cron.fields.months.values, cron.fields.years.values
    start, end = date.fromordinal(first), date.fromordinal(last)
    for year in years[bisect_left(years, start.year) : bisect_right(years, end.year)]:
        for month in months[bisect_left(months, start.month) :] if year == start.year else months:
            before, weekday, length = _month(year, month)
            for day in days_of_month(days, weekday, length):
                if before + day > last:
                    return
                if before + day >= first:
                    yield before + day


def _rate(rate: Rate, start: datetime, end: datetime, anchor: datetime) -> Iterator[datetime]:
    passed = max(timedelta(0), -((anchor - start) // rate.interval) * rate.interval)
    if passed >= end - anchor:
        return iter(())
    first = anchor.astimezone(UTC) + passed
    return map(first.__add__, map(rate.interval.__mul__, range(-((first - end) // rate.interval))))


def _at(at: At, timezone: str, start: datetime, end: datetime) -> Iterator[datetime]:
    first_pass = (instant(moment(each)) for each in instants(at.wall, timezone)[:1])
    return (each for each in first_pass if start <= each < end)


@lru_cache(4096)
def _times(minutes: Values, hours: Values) -> tuple[timedelta, ...]:
    """The times of day that fire, as the time since midnight."""
    return tuple(_MINUTES[60 * hour + minute] for hour in hours.values for minute in minutes.values)


@lru_cache(4096)
def _month(year: int, month: int) -> tuple[int, int, int]:
    """The ordinal before a month's 1st, the weekday of the 1st (0 = Sunday), and the month's length."""
    first = date(year, month, 1).toordinal()
    following = date(year + month // 12, month % 12 + 1, 1).toordinal()
    return first - 1, first % 7, following - first


@lru_cache(8192)
def _from_midnight(day: int, offset: int) -> Callable[[timedelta], datetime]:
    """The function from a time of that day to its UTC datetime."""
    return instant(day * MINUTES_A_DAY - offset).__add__
