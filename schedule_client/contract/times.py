"""Times as text, read in the same way by every version of Python.

The form is that of RFC 3339, in which seconds, offset and time may be missing: yyyy-mm-dd, "T" or a space, hh:mm,
hh:mm:ss or hh:mm:ss.ffffff, "Z" or ±hh:mm.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache

from schedule_client.contract.errors import CalendarError, TimeTextError
from schedule_client.contract.json_value import shown

_LOWEST, _HIGHEST = -62_135_596_801, 253_402_300_800  # seconds since 1970 before and after the years of a datetime
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def utc_now() -> datetime:
    """Return the time of the wall clock, in UTC."""
    return datetime.now(UTC)


def read_time(text: str) -> datetime:
    """Return the time of a text: aware if it has an offset, naive if it has none, midnight if it is a date.

    Raises TimeTextError; a CalendarError if the form is correct but the time does not exist.
    """
    found = _form().fullmatch(text)
    if found is None:
        raise TimeTextError(f'"{shown(text)}" is not a time such as 2027-01-05T09:00:00Z')
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    mistake = _mistake(year, month, day, hour, minute, second)
    if mistake:
        raise CalendarError(shown(text), mistake)
    microsecond = int((found["fraction"] or "0").ljust(6, "0")[:6])
    moment = datetime(year, month, day, hour, minute, second, microsecond, _offset(text, found))
    if moment.tzinfo is not None and not _LOWEST < moment.timestamp() < _HIGHEST:
        raise CalendarError(shown(text), "in UTC it is not in the years 0001 to 9999")
    return moment


@lru_cache(maxsize=64)  # an event's due time is asked for again and again
def read_instant(text: str) -> datetime:
    """Return the instant of a text with an offset from UTC; raises TimeTextError."""
    moment = read_time(text)
    if moment.tzinfo is None:
        raise TimeTextError(f'"{shown(text)}" has no offset from UTC: end it with "Z" or an offset such as "+09:00"')
    return moment


def wire_time(instant: datetime, precision: str = "seconds") -> str:
    """Return the text of an aware instant in UTC, as EventBridge Scheduler writes a scheduled time: in whole seconds.

    precision: `milliseconds`, or another of `datetime.isoformat`; what is finer is cut off.
    """
    return instant.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


@cache
def _form() -> re.Pattern[str]:
    return re.compile(
        r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
        r"(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
        r"(?P<offset>[Zz]|(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2}))?)?"
    )


def _mistake(year: int, month: int, day: int, hour: int, minute: int, second: int) -> str | None:
    if not year:
        return "the first year is 0001"
    if not 1 <= month <= 12:
        return "months are 01 to 12"
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _DAYS[month - 1] + leap:
        return f"the days of {year:04}-{month:02} are 01 to {_DAYS[month - 1] + leap}"
    if hour > 23:
        return "hours are 00 to 23"
    return "minutes and seconds are 00 to 59" if minute > 59 or second > 59 else None


def _offset(text: str, found: re.Match[str]) -> tzinfo | None:
    if not found["sign"]:
        return UTC if found["offset"] else None
    hours, minutes = int(found["hours"]), int(found["minutes"])
    if hours > 23 or minutes > 59:
        raise CalendarError(shown(text), "offsets are 00:00 to 23:59")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if found["sign"] == "-" else offset) if offset else UTC
