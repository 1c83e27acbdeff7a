"""Days of a month that a day-of-month or a day-of-week field selects."""

from __future__ import annotations

from functools import lru_cache

from schedule_client.contract.records import frozen

SUNDAY, SATURDAY = 0, 6

# Compared by identity: each is created once for a field's text, and is a key of the cache below.


@frozen(eq=False)
class Dates:
    """Days by number; a month without one of them is skipped."""

    numbers: tuple[int, ...]


@frozen(eq=False)
class LastDate:
    """`L`, the month's last day, or `L-n`, n days before it."""

    before: int = 0


@frozen(eq=False)
class LastWorkday:
    """`LW`, the month's last day from Monday to Friday."""


@frozen(eq=False)
class NearestWorkday:
    """`nW`, the day from Monday to Friday nearest to the nth, never in another month."""

    number: int


@frozen(eq=False)
class Weekdays:
    """Days by their weekday, 0 = Sunday."""

    weekdays: tuple[int, ...]


@frozen(eq=False)
class LastOfWeekday:
    """`dL`, the month's last such weekday."""

    weekday: int


@frozen(eq=False)
class NthOfWeekday:
    """`d#n`, the month's nth such weekday; a month without a fifth is skipped."""

    weekday: int
    nth: int


Days = Dates | LastDate | LastWorkday | NearestWorkday | Weekdays | LastOfWeekday | NthOfWeekday


@lru_cache(maxsize=16_384)
def days_of_month(days: Days, first: int, length: int) -> tuple[int, ...]:
    """Return the selected days, ascending, of a month of that length whose 1st is weekday `first` (0 = Sunday).

    Nothing else about a month matters, so at most 28 results are cached for a field.
    """
    match days:
        case Dates(numbers):
            chosen = numbers
        case LastDate(before):
            chosen = (length - before,)
        case LastWorkday():
            chosen = (_nearest_workday(length, first, length),)
        case NearestWorkday(number):
            chosen = (_nearest_workday(number, first, length),) if number <= length else ()
        case Weekdays(weekdays):
            chosen = tuple(day for day in range(1, length + 1) if (first + day - 1) % 7 in weekdays)
        case LastOfWeekday(weekday):
            chosen = (length - (first + length - 1 - weekday) % 7,)
        case NthOfWeekday(weekday, nth):
            chosen = ((weekday - first) % 7 + 7 * nth - 6,)
    return tuple(day for day in chosen if 1 <= day <= length)


def _nearest_workday(day: int, first: int, length: int) -> int:
    weekday = (first + day - 1) % 7
    if weekday == SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == SUNDAY:
        return day + 1 if day < length else day - 2
    return day
