"""Expressions in words: what a reviewer reads instead of six fields."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from schedule_catalog.expressions.days import (
    Dates,
    LastDate,
    LastOfWeekday,
    LastWorkday,
    NearestWorkday,
    NthOfWeekday,
    Weekdays,
)
from schedule_catalog.expressions.expression import FIRST_YEAR, LAST_YEAR, At, Expression, Rate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schedule_catalog.expressions.days import Days
    from schedule_catalog.expressions.fields import Values

_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth")
_TIMES_MAX = 4
_WORKDAYS = (1, 2, 3, 4, 5)


@lru_cache(4096)
def in_words(expression: Expression) -> str:
    """Return when an expression fires, in local time: "every day at 09:00", "every 5 minutes"."""
    if isinstance(expression, At):
        return f"once, on {expression.wall:%Y-%m-%d} at {expression.wall:%H:%M}"
    if isinstance(expression, Rate):
        return _every(int(expression.interval.total_seconds()) // 60)
    fields = expression.fields
    parts = [_days(expression.days), _times(fields.minutes, fields.hours)]
    if len(fields.months.values) < len(_MONTHS):
        parts.append(f"in {_joined([_MONTHS[each - 1] for each in fields.months.values])}")
    if len(fields.years.values) < LAST_YEAR - FIRST_YEAR + 1:
        parts.append(f"in {_spans(fields.years.values, str)}")
    return " ".join(part for part in parts if part).replace("every day every", "every")


def _every(minutes: int) -> str:
    for unit, size in (("day", 1440), ("hour", 60)):
        if minutes % size == 0:
            return f"every {minutes // size} {unit}s" if minutes > size else f"every {unit}"
    return f"every {minutes} minutes" if minutes > 1 else "every minute"


def _times(minutes: Values, hours: Values) -> str:
    times = [f"{hour:02}:{minute:02}" for hour in hours.values for minute in minutes.values]
    if len(times) <= _TIMES_MAX:
        return f"at {_joined(times)}"
    within = _minutes(minutes.values)
    if len(hours.values) == 24:
        return within
    step = _step(hours.values, 24)
    if step and within.startswith("every hour"):
        return within.replace("every hour", f"every {step} hours", 1)
    return f"{within}, in the hours {_spans(hours.values, lambda hour: f'{hour:02}')}"


def _minutes(values: Sequence[int]) -> str:
    if values == (0,):
        return "every hour"
    if len(values) == 1:
        return f"every hour at minute {values[0]:02}"
    step = _step(values, 60)
    return _every(step) if step else f"at the minutes {_spans(values, lambda minute: f'{minute:02}')}"


def _step(values: Sequence[int], size: int) -> int:
    """The step with which the values fill a size from 0; 0 for none."""
    step = values[1] - values[0] if len(values) > 1 else 0
    return step if step and tuple(values) == tuple(range(0, size, step)) and size % step == 0 else 0


def _days(days: Days) -> str:
    match days:
        case Dates(numbers):
            every, unit = len(numbers) == 31, "day" if len(numbers) == 1 else "days"
            return "every day" if every else f"on {unit} {_spans(numbers, str)} of the month"
        case Weekdays(weekdays):
            if len(weekdays) == len(_WEEKDAYS):
                return "every day"
            if tuple(sorted(weekdays)) == _WORKDAYS:
                return "Monday to Friday"
            return f"on {_joined([_WEEKDAYS[each] for each in weekdays])}"
        case LastDate(before):
            return f"{before} days before the last day of the month" if before else "on the last day of the month"
        case LastWorkday():
            return "on the last workday of the month"
        case NearestWorkday(number):
            return f"on the workday nearest to day {number} of the month"
        case LastOfWeekday(weekday):
            return f"on the last {_WEEKDAYS[weekday]} of the month"
        case NthOfWeekday(weekday, nth):
            return f"on the {_ORDINALS[nth]} {_WEEKDAYS[weekday]} of the month"


def _spans(values: Sequence[int], shown: Callable[[int], str]) -> str:
    """Values in a row as "first to last", others one by one."""
    rows: list[list[int]] = [[values[0]]]
    for before, value in pairwise(values):
        if value == before + 1:
            rows[-1].append(value)
        else:
            rows.append([value])
    texts = [f"{shown(row[0])} to {shown(row[-1])}" if len(row) > 2 else ", ".join(map(shown, row)) for row in rows]
    return ", ".join(texts)


def _joined(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
