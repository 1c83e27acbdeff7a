"""Rates that one cron in UTC can replace, so that an update of their schedule does not restart their count.

EventBridge Scheduler counts a rate from its StartDate, refuses a StartDate older than five minutes, and starts a rate
without one at once: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

from bisect import bisect
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from schedule_catalog.wording import counted

_DAY, _WEEK = 1440, 10_080
_OF_AN_HOUR = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)
_OF_A_DAY = (1, 2, 3, 4, 6, 8, 12)
_EXACT = (*_OF_AN_HOUR, *(60 * hours for hours in _OF_A_DAY), _DAY, _WEEK)
_MINUTE = timedelta(minutes=1)
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@lru_cache(4096)
def cron_of_rate(interval: timedelta, anchor: datetime) -> str | None:
    """Return the cron that fires in UTC at *anchor* (aware) and every *interval* from there; None without one."""
    minutes, first = interval // _MINUTE, anchor.astimezone(UTC)
    if minutes not in _EXACT or first != first.replace(second=0, microsecond=0):
        return None
    if minutes < _EXACT[len(_OF_AN_HOUR)]:
        return f"cron({_stepped(first.minute, minutes)} * * * ? *)"
    if minutes < _DAY:
        return f"cron({first.minute} {_stepped(first.hour, minutes // 60)} * * ? *)"
    days = f"? * {_DAYS[first.weekday()]}" if minutes == _WEEK else "* * ?"
    return f"cron({first.minute} {first.hour} {days} *)"


def nearest_exact(interval: timedelta) -> tuple[str, ...]:
    """Return the rates nearest to this interval, the shorter first, that a cron can replace at every anchor."""
    place = bisect(_EXACT, interval // _MINUTE)
    return tuple(map(_rate, _EXACT[max(0, place - 1) : place + 1]))


def _rate(minutes: int) -> str:
    for unit, length in (("day", _DAY), ("hour", 60)):
        if minutes % length == 0:
            return counted(minutes // length, unit)
    return counted(minutes, "minute")


def _stepped(first: int, step: int) -> str:
    return "*" if step == 1 else f"{first % step}/{step}"
