"""Minutes of the UTC day in which an expression may fire within a year: a bound that needs no list of fires."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from math import lcm
from typing import TYPE_CHECKING

from schedule_catalog.expressions import At, Cron, Expression, changes, instants, zone

if TYPE_CHECKING:
    from schedule_catalog.expressions.fields import Values

YEAR = timedelta(days=365)
DAY = 1440
_MINUTE = timedelta(minutes=1)


def minutes_of_day(expression: Expression, timezone: str, anchor: datetime | None, now: datetime) -> tuple[int, ...]:
    """Return the minutes for the year from *now*; none for a rate without the *anchor* of its count."""
    if isinstance(expression, Cron):
        return _cron_minutes(expression.fields.minutes, expression.fields.hours, timezone, now)
    if isinstance(expression, At):
        near = range(now.year - 1, now.year + 3)
        found = instants(expression.wall, timezone)[:1] if expression.wall.year in near else ()
        return tuple(_of_day(each) for each in found)
    if anchor is None:
        return ()
    first, step = _of_day(anchor), expression.interval // _MINUTE
    return tuple((first + count * step) % DAY for count in range(lcm(step, DAY) // step))


def at_minute(expression: Expression, timezone: str, minute: int, now: datetime) -> Iterator[str]:
    """Yield expressions that together fire at that minute of the UTC day whenever this one does.

    Those of a cron have only this minute, so that crons that differ only in other minutes become equal.
    """
    if not isinstance(expression, Cron):
        yield expression.text
        return
    minutes, hours, *days = expression.fields
    for offset in _offsets(timezone, now):
        hour, of_hour = divmod((minute + offset) % DAY, 60)
        if hour in hours.values and of_hour in minutes.values:
            yield f"cron({of_hour} {hour} {' '.join(each.text for each in days)})"


@lru_cache(16_384)
def _cron_minutes(minutes: Values, hours: Values, timezone: str, now: datetime) -> tuple[int, ...]:
    walls = [60 * hour + minute for hour in hours.values for minute in minutes.values]
    return tuple({(wall - offset) % DAY for offset in _offsets(timezone, now) for wall in walls})


@lru_cache(1024)
def _offsets(timezone: str, now: datetime) -> tuple[int, ...]:
    """Offsets of the zone within the year, in minutes east of UTC."""
    first = now.astimezone(zone(timezone)).utcoffset() or timedelta(0)
    return tuple(
        {each // _MINUTE for each in (first, *(change.after for change in changes(timezone, now, now + YEAR)))}
    )


def _of_day(instant: datetime) -> int:
    return instant.hour * 60 + instant.minute
