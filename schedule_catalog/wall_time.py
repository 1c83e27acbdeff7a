"""Wall times of a catalog file: `2027-01-05T09:00`, in the zone of the entry."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from schedule_client.contract.errors import CalendarError, TimeTextError
from schedule_client.contract.times import read_time

FORM = "yyyy-mm-ddThh:mm"
YEARS = range(1970, 2200)
"""Years of a cron expression in EventBridge Scheduler's user guide."""

_WALL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::00)?", re.ASCII)
_LOOSE = r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?"
_DATE = r"\d{4}-\d\d-\d\d"


def wall_time(text: str) -> datetime:
    """Read a wall time; raises ValueError with the text to write instead."""
    if not _WALL_TIME.fullmatch(text):
        raise ValueError(_advice(text))
    try:
        wall = read_time(text)
    except CalendarError as error:
        raise ValueError(f'"{text}" is not in the calendar: {error.reason}{_next_midnight(text)}') from None
    if wall.year not in YEARS:
        raise ValueError(f'"{text}" is outside the years {YEARS[0]}-{YEARS[-1]}')
    return wall


def wall_text(wall: datetime) -> str:
    """Return a wall time as a catalog file has it."""
    return f"{wall:%Y-%m-%dT%H:%M}"


def _advice(text: str) -> str:
    loose = re.fullmatch(_LOOSE, text.strip(), re.ASCII | re.IGNORECASE)
    if loose is None:
        example = f"{text}T09:00" if _is_day(text) else "2027-01-05T09:00"
        return f'"{text}" is not a wall time of the form {FORM}: write for example "{example}"'
    day, minute, seconds, offset = loose.groups()
    written = f"{day}T{minute}"
    wall_time(written)  # which says what is wrong with a time that must not be written
    if offset:
        zone = "timezone: UTC" if offset in "Zz" else "the zone as timezone: NAME"
        return f'"{text}" has an offset: write "{written}" and {zone}'
    if seconds and seconds != ":00":
        return f'"{text}" has seconds, but schedules have a resolution of one minute: write "{written}"'
    return f'"{text}" is not a wall time of the form {FORM}: write "{written}"'


def _next_midnight(text: str) -> str:
    """Time that ISO 8601 also calls 24:00."""
    day, _, time = text.partition("T")
    if not time.startswith("24:00") or not _is_day(day):
        return ""
    midnight = read_time(day) + timedelta(days=1)
    return f', write "{wall_text(midnight)}"' if midnight.year in YEARS else ""


def _is_day(text: str) -> bool:
    """Whether a text is a date with times that can be written."""
    try:
        return bool(re.fullmatch(_DATE, text, re.ASCII)) and read_time(text).year in YEARS
    except TimeTextError:
        return False
