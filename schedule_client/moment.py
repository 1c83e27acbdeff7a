"""Time of a one-time call: whole minutes in UTC, always in the future when AWS receives it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schedule_client.contract.times import read_time
from schedule_client.errors import TimeError

# EventBridge Scheduler accepts a past time and does not document the effect.
AHEAD = timedelta(seconds=60)
_MINUTE = timedelta(minutes=1)
# The offsets of all zones of today are multiples of it; a local mean time, as pytz gives it, is not.
_QUARTER = timedelta(minutes=15)
# Last year that an at() expression surely accepts.
_LAST_YEAR = 2199


def wanted(now: datetime, delay: timedelta | None, at: datetime | None) -> datetime:
    """Return the instant, in UTC, that a caller gives by exactly one of `delay` and `at`.

    Raises TimeError for both or neither, a negative delay, a naive `at` and one that has passed.
    """
    if (delay is None) == (at is None):
        raise TimeError("give exactly one of delay (a timedelta) and at (an aware datetime)")
    if delay is not None:
        return _delayed(now, delay)
    instant = checked_instant("at", at)
    if instant <= now:
        raise TimeError(f"at is {instant.isoformat()}, which has passed: now is {now.astimezone(UTC).isoformat()}")
    return _within_reach(instant)


def checked_instant(name: str, value: object) -> datetime:
    """An aware datetime in UTC; TimeError, which says what to write, for anything else and for what no clock shows."""
    if not isinstance(value, datetime):
        raise TimeError(f"{name} is {value!r}: give an aware datetime, such as datetime.now(UTC) + timedelta(hours=1)")
    offset = value.utcoffset()
    if offset is None:
        raise TimeError(
            f"{name} is {value.isoformat()} without a time zone: add one, for example "
            f'{name}.replace(tzinfo=ZoneInfo("Europe/Paris")) or datetime.now(UTC) + …'
        )
    if offset % _QUARTER:
        raise TimeError(
            f"{name} is {value.isoformat()}, an offset that no time zone has today: "
            "a zone of pytz needs zone.localize(…), or use zoneinfo"
        )
    try:
        instant = value.astimezone(UTC)
        shown = instant.astimezone(value.tzinfo)
    except OverflowError:
        raise TimeError(f"{name} is {value.isoformat()}, which is out of reach") from None
    if shown.replace(tzinfo=None, fold=0) != value.replace(tzinfo=None, fold=0):
        raise TimeError(
            f"{name} is {value.replace(tzinfo=None).isoformat()}, which {value.tzinfo} leaves out that day: "
            f"write {shown.replace(tzinfo=None).isoformat()}"
        )
    return instant


def fire_time(instant: datetime, now: datetime) -> datetime:
    """Return the first whole minute that is not before `instant` nor less than AHEAD of `now`."""
    return whole_minute(max(instant, now + AHEAD))


def whole_minute(instant: datetime) -> datetime:
    """Return the first whole minute, in UTC, that is not before `instant`."""
    instant = instant.astimezone(UTC)
    past_minute = timedelta(seconds=instant.second, microseconds=instant.microsecond)
    return instant - past_minute + _MINUTE if past_minute else instant


def at_expression(instant: datetime) -> str:
    """Return `instant` as `at(…)` in UTC."""
    return f"at({instant.astimezone(UTC).isoformat()[:19]})"


def at_instant(expression: str | None) -> datetime | None:
    """Return the instant of an `at(…)` in UTC; None for any other expression."""
    if expression is None or not expression.startswith("at("):
        return None
    return read_time(expression[3:-1]).replace(tzinfo=UTC)


def _delayed(now: datetime, delay: object) -> datetime:
    if not isinstance(delay, timedelta):
        raise TimeError(f"delay is {delay!r}: give a timedelta, such as timedelta(minutes=30)")
    if delay < timedelta():
        raise TimeError(f"delay is {delay}: give a delay of at least 0")
    try:
        return _within_reach(now.astimezone(UTC) + delay)
    except OverflowError:
        raise TimeError(f"delay is {delay}: the year {_LAST_YEAR} is the last one") from None


def _within_reach(instant: datetime) -> datetime:
    if instant.year > _LAST_YEAR:
        raise TimeError(f"{instant.isoformat()} is too late: the year {_LAST_YEAR} is the last one")
    return instant
