"""Six fields of `cron(…)`, parsed from text to a selection.

Grammar: the table of "Cron-based schedules" in the EventBridge Scheduler user guide. Where that page is silent this
module makes a choice and notes it in `undocumented`, so that a rule can warn:

- a range whose end is below its start wraps (`FRI-MON`, `22-2`; not for years), also with a step;
- `LW` is the last day from Monday to Friday, `L-3` the third day before the last;
- `nW` stays in its month, and a month without day n is skipped;
- `L` in day-of-week is Saturday, the week's last day;
- `/` is accepted in day-of-week, and names in lower case.

`L`, `W` and `#` are never part of a list; a step is at least 1 and at most the field's largest value.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import NamedTuple

from schedule_catalog.expressions.days import (
    SATURDAY,
    Dates,
    Days,
    LastDate,
    LastOfWeekday,
    LastWorkday,
    NearestWorkday,
    NthOfWeekday,
    Weekdays,
)
from schedule_client.contract.records import frozen

Note = tuple[int, str]
"""Remark, and its position in the text."""

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

_ALONE = {
    "day-of-month": re.compile(r"L|LW|L-[0-9]+|[0-9]+W"),
    "day-of-week": re.compile(r"L|[0-9A-Z]+L|[0-9A-Z]+#[0-9]+"),
}
_ITEM = re.compile(r"(\*|[0-9A-Za-z]+)(?:(-)([0-9A-Za-z]+))?(?:(/)([0-9]+))?")
_CACHE = 4096


class FieldError(ValueError):
    """Mistake in one field; `offset` is its position in the field's text."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message, offset)
        self.message = message
        self.offset = offset


class Unit(NamedTuple):
    """Unit that a field counts: its bounds, the names of its values, and the signs it allows."""

    name: str
    low: int
    high: int
    signs: str = ", - * /"
    names: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """Allowed values, for a message."""
        span = f"{self.low}-{self.high}"
        return f"{span} or {self.names[0]}-{self.names[-1]}" if self.names else span

    @property
    def size(self) -> int:
        """Number of values."""
        return self.high - self.low + 1


MINUTES = Unit("minutes", 0, 59)
HOURS = Unit("hours", 0, 23)
DAY_OF_MONTH = Unit("day-of-month", 1, 31, ", - * ? / L W")
MONTH = Unit("month", 1, 12, names=MONTHS)
DAY_OF_WEEK = Unit("day-of-week", 1, 7, ", - * ? L #", WEEKDAYS)
YEAR = Unit("year", 1970, 2199)


@frozen(eq=False)
class Values:
    """Field that selects plain values, ascending."""

    text: str
    values: tuple[int, ...]
    notes: tuple[Note, ...]


@frozen(eq=False)
class DayField:
    """One of the two day fields; `days` is None for `?`."""

    text: str
    days: Days | None
    notes: tuple[Note, ...] = ()


@lru_cache(_CACHE)
def day_of_month(text: str) -> DayField:
    """Read the third field; raises FieldError."""
    if text == "?":
        return DayField(text, None)
    if text == "L":
        return DayField(text, LastDate())
    if text == "LW":
        return DayField(text, LastWorkday(), ((0, '"LW" is interpreted as the last day from Monday to Friday'),))
    if match := re.fullmatch(r"L-([0-9]{1,2})", text):
        return _before_last(text, match)
    if match := re.fullmatch(r"([0-9]{1,2})W", text):
        return _nearest(text, match)
    field = _plain(DAY_OF_MONTH, text)
    return DayField(text, Dates(field.values), field.notes)


@lru_cache(_CACHE)
def day_of_week(text: str) -> DayField:
    """Read the fifth field; raises FieldError."""
    if text == "?":
        return DayField(text, None)
    if text == "L":
        return DayField(text, Weekdays((SATURDAY,)), ((0, '"L" is interpreted as Saturday, the last day of the week'),))
    if match := re.fullmatch(r"([0-9A-Za-z]+)#([0-9]+)", text):
        return _nth(text, match)
    if match := re.fullmatch(r"([0-9]|[A-Za-z]{3})L", text):
        weekday, notes = _value(DAY_OF_WEEK, match[1], 0)
        return DayField(text, LastOfWeekday(weekday - 1), notes)
    field = _plain(DAY_OF_WEEK, text)
    notes = field.notes
    if "/" in text:
        notes += ((text.index("/"), 'a step in day-of-week is not documented: list the days, as in "MON,WED,FRI"'),)
    return DayField(text, Weekdays(tuple(value - 1 for value in field.values)), notes)


def _before_last(text: str, match: re.Match[str]) -> DayField:
    before = int(match[1])
    if before >= DAY_OF_MONTH.high:
        raise FieldError(f'"{text}" is before every month: at most L-{DAY_OF_MONTH.high - 1}', 0)
    return DayField(
        text, LastDate(before), ((0, f'"{text}" is interpreted as {before} days before the last of the month'),)
    )


def _nearest(text: str, match: re.Match[str]) -> DayField:
    number, _ = _value(DAY_OF_MONTH, match[1], 0)
    if number <= 28:
        return DayField(text, NearestWorkday(number))
    remark = f'"{text}" is interpreted as no fire in a month without day {number}, and never a day of another month'
    return DayField(text, NearestWorkday(number), ((0, remark),))


def _nth(text: str, match: re.Match[str]) -> DayField:
    weekday, notes = _value(DAY_OF_WEEK, match[1], 0)
    if match[2] not in ("1", "2", "3", "4", "5"):
        raise FieldError(f'"{match[2]}" is not a week of a month: write 1-5, as in "{match[1]}#2"', match.start(2))
    return DayField(text, NthOfWeekday(weekday - 1, int(match[2])), notes)


def _plain(unit: Unit, text: str) -> Values:
    selected: set[int] = set()
    notes: tuple[Note, ...] = ()
    offset = 0
    items = text.split(",")
    for item in items:
        if item == "*" and len(items) > 1:
            raise FieldError(f'"*" in a list of {unit.name} is everything: write only "*", or leave it out', offset)
        values, remarks = _item(unit, item, offset)
        selected.update(values)
        notes += remarks
        offset += len(item) + 1
    return Values(text, tuple(sorted(selected)), notes)


def _item(unit: Unit, item: str, offset: int) -> tuple[range | list[int], tuple[Note, ...]]:
    if item.isascii() and item.isdigit():  # most are plain numbers
        value, notes = _value(unit, item, offset)
        return range(value, value + 1), notes
    match = _ITEM.fullmatch(item)
    if match is None or (match[1] == "*" and match[2]):
        raise _refusal(unit, item, offset)
    if match[1] == "*":
        first, last, notes = unit.low, unit.high, ()
    else:
        first, notes = _value(unit, match[1], offset)
        last = unit.high if match[4] else first
    if match[2]:
        last, remarks = _value(unit, match[3], offset + match.start(3))
        notes += remarks
    step = _step(unit, match[5], offset + match.start(5)) if match[4] else 1
    if first <= last:
        return range(first, last + 1, step), notes
    if unit is YEAR:
        raise FieldError(f'"{item}" ends before it starts: write "{last}-{first}"', offset)
    notes += ((offset, f'"{item}" ends before it starts, which is interpreted as wrapping around'),)
    return [unit.low + (value - unit.low) % unit.size for value in range(first, last + unit.size + 1, step)], notes


def _value(unit: Unit, token: str, offset: int) -> tuple[int, tuple[Note, ...]]:
    if token.isdigit() and len(token) <= len(str(unit.high)) and unit.low <= int(token) <= unit.high:
        return int(token), ()
    if (name := token.upper()) in unit.names:
        remark = ((offset, f'"{token}" in lower case is not documented: write "{name}"'),) if name != token else ()
        return unit.names.index(name) + 1, remark
    raise _refusal(unit, token, offset)


def _step(unit: Unit, token: str, offset: int) -> int:
    if len(token) <= len(str(unit.high)) and 1 <= int(token) <= unit.high:
        return int(token)
    raise FieldError(f'"{token}" is not a step for {unit.name}: 1-{unit.high}', offset)


def _refusal(unit: Unit, token: str, offset: int) -> FieldError:
    return FieldError(f"{_why(unit, token)}: {unit.allowed}, and the signs {unit.signs}", offset)


def _why(unit: Unit, token: str) -> str:
    if not token:
        return f"a value of {unit.name} is missing"
    if "?" in token:
        return f'"?" is only allowed by itself, in day-of-month or in day-of-week, not in {unit.name} as "{token}"'
    if unit.name in _ALONE and _ALONE[unit.name].fullmatch(token.upper()):
        return f'"{token}" is only allowed by itself in {unit.name}, in upper case and not in a list'
    if token.startswith("/") and _is_item(unit, f"{unit.low}{token}"):
        return f'"{token}" has no start: write for example "{unit.low}{token}"'
    return f'"{token}" is not allowed in {unit.name}'


def _is_item(unit: Unit, item: str) -> bool:
    try:
        _item(unit, item, 0)
    except FieldError:
        return False
    return True


# A large catalog has few different texts of fields, so each is read once.
minutes = lru_cache(_CACHE)(partial(_plain, MINUTES))
hours = lru_cache(_CACHE)(partial(_plain, HOURS))
months = lru_cache(_CACHE)(partial(_plain, MONTH))
years = lru_cache(_CACHE)(partial(_plain, YEAR))
