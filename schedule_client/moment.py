"""Time of a one-time call: whole minutes in UTC, always in the future when AWS receives it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schedule_client.contract.times import read_time
from schedule_client.errors import TimeError

# EventBridge Scheduler accepts a past time and does not document the effect.
AHEAD = timedelta(seconds=60)
_MINUTE = timedelta(minutes=1)
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
    assert at is not None  # noqa: S101 - for the type checker
    if at.tzinfo is None or at.utcoffset() is None:
        raise TimeError(
            f"at is {at.isoformat()} without a time zone: add one, for example "
            f'at.replace(tzinfo=ZoneInfo("Europe/Paris")) or datetime.now(UTC) + …'
        )
    instant = at.astimezone(UTC)
    if instant <= now:
        raise TimeError(f"at is {instant.isoformat()}, which has passed: now is {now.astimezone(UTC).isoformat()}")
    return _within_reach(instant)


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
    return f"at({instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S})"


def at_instant(expression: str | None) -> datetime | None:
    """Return the instant of an `at(…)` in UTC; None for any other expression."""
    if expression is None or not expression.startswith("at("):
        return None
    return read_time(expression[3:-1]).replace(tzinfo=UTC)


def _delayed(now: datetime, delay: timedelta) -> datetime:
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
