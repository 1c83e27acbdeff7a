"""The definition, word by word and slowly: walk every UTC minute, read the zone's clock, match six fields.

It shares nothing with the evaluator but the zones' data. A minute that the clock reads a second time (fold) is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

from schedule_catalog.expressions import zone

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
DAY = timedelta(days=1)


def fires(fields: str, timezone: str, start: datetime, end: datetime) -> list[datetime]:
    """Of whole UTC minutes in [start, end), those that the six fields select."""
    return [instant for instant, local in clock(timezone, start, end) if matches(fields, local)]


@cache
def clock(timezone: str, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
    return tuple(walk(timezone, start, end))


def walk(timezone: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    instant = start.replace(second=0, microsecond=0)
    while instant < end:
        local = instant.astimezone(zone(timezone))
        if instant >= start and not local.fold:
            yield instant, local
        instant += timedelta(minutes=1)


def matches(fields: str, local: datetime) -> bool:
    minutes, hours, day_of_month, months, day_of_week, years = fields.split(" ")
    return (
        field_matches(minutes, local.minute, 0, 59)
        and field_matches(hours, local.hour, 0, 23)
        and day_matches(day_of_month, months, day_of_week, years, local.date())
    )


@cache
def day_matches(day_of_month: str, months: str, day_of_week: str, years: str, day: date) -> bool:
    return (
        field_matches(months, day.month, 1, 12, MONTHS)
        and field_matches(years, day.year, 1970, 2199)
        and (weekday_matches(day_of_week, day) if day_of_month == "?" else date_matches(day_of_month, day))
    )


def date_matches(text: str, day: date) -> bool:
    month = [each for each in (day.replace(day=1) + n * DAY for n in range(31)) if each.month == day.month]
    workdays = [each for each in month if each.isoweekday() <= 5]
    if text == "LW":
        return day == workdays[-1]
    if text.endswith("W"):
        number = int(text[:-1])
        return number <= len(month) and day == min(workdays, key=lambda each: abs(each.day - number))
    if text.startswith("L"):
        return day.day == len(month) - int(text[2:] or 0)
    return field_matches(text, day.day, 1, 31)


def weekday_matches(text: str, day: date) -> bool:
    number = day.isoweekday() % 7 + 1
    if text == "L":
        return number == 7
    if text.endswith("L"):
        return value(text[:-1], WEEKDAYS) == number and (day + 7 * DAY).month != day.month
    if "#" in text:
        weekday, _, nth = text.partition("#")
        return value(weekday, WEEKDAYS) == number and (day.day + 6) // 7 == int(nth)
    return field_matches(text, number, 1, 7, WEEKDAYS)


@cache
def field_matches(text: str, number: int, low: int, high: int, names: tuple[str, ...] = ()) -> bool:
    return any(number in item(each, low, high, names) for each in text.split(","))


def item(text: str, low: int, high: int, names: tuple[str, ...]) -> set[int]:
    """Count from the item's first value to its last, round the end where need be, and keep each `step`th."""
    span, _, step = text.partition("/")
    first, _, last = (f"{low}-{high}" if span == "*" else span).partition("-")
    at, stop = value(first, names), value(last or (str(high) if step else first), names)
    counted = [at]
    while at != stop:
        at = low if at == high else at + 1
        counted.append(at)
    return set(counted[:: int(step or 1)])


def value(text: str, names: tuple[str, ...]) -> int:
    return names.index(text.upper()) + 1 if text.upper() in names else int(text)
