"""Steps of a cron with unequal gaps, because each hour, day, month or year restarts the count.

`0/15` of the hour divides it; `0/45` fires 45 and then 15 minutes apart. A step of days never divides its months.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from schedule_catalog.expressions.days import Dates, Weekdays
from schedule_catalog.expressions.fields import DAY_OF_MONTH, HOURS, MINUTES, MONTH, Unit

if TYPE_CHECKING:
    from schedule_catalog.expressions.expression import Cron

# A range that ends early says where the step ends, and a list has no step: both are written on purpose.
_OPEN = re.compile(r"(?:\*|[0-9A-Za-z]+(?:-(?P<end>[0-9A-Za-z]+))?)/(?P<step>[0-9]+)")
_MONTHS = (28, 29, 30, 31)


class UnevenStep(NamedTuple):
    """Step with different gaps between fires.

    column: of the field, in the expression's text, counted from 1.
    gaps: from fire to fire until the count restarts; `last`: possible gaps to the next count.
    is_rate: whether only the step decides when the expression fires, so that a rate can replace it.
    """

    column: int
    text: str
    unit: Unit
    step: int
    gaps: tuple[int, ...]
    last: tuple[int, ...]
    is_rate: bool


def uneven_steps(cron: Cron) -> Iterator[UnevenStep]:
    """Yield the uneven steps of an expression that fires in two consecutive counts, such as hours."""
    if "/" not in cron.text:
        return
    minutes, hours, dates, months, weekdays, years = (field.text for field in cron.fields)
    times = len(cron.fields.minutes.values), len(cron.fields.hours.values)
    every_month = _is_every(months) and years == "*"
    every_day = every_month and (dates, weekdays) in (("*", "?"), ("?", "*"))
    each = len("cron(") + 1
    if _follow(cron.fields.hours.values, HOURS):
        is_rate = every_day and _is_every(hours)
        yield from _uneven(each, minutes, MINUTES, cron.fields.minutes.values, (60,), is_rate)
    each += len(minutes) + 1
    if _days_follow(cron):
        yield from _uneven(each, hours, HOURS, cron.fields.hours.values, (24,), every_day and times[0] == 1)
    each += len(hours) + 1
    if isinstance(cron.days, Dates) and _follow(cron.fields.months.values, MONTH):
        is_rate = every_month and times == (1, 1)
        yield from _uneven(each, dates, DAY_OF_MONTH, cron.days.numbers, _MONTHS, is_rate)
    each += len(dates) + 1
    if len(cron.fields.years.values) > 1:
        yield from _uneven(each, months, MONTH, cron.fields.months.values, (12,), False)


def _uneven(
    column: int, text: str, unit: Unit, values: Sequence[int], lengths: Sequence[int], is_rate: bool
) -> Iterator[UnevenStep]:
    found = _OPEN.fullmatch(text)
    if found is None or (found["end"] and found["end"] not in (str(unit.high), *unit.names[-1:])):
        return
    step = int(found["step"])
    gaps = tuple(after - before for before, after in pairwise(values))
    ends = {length: [value for value in values if value < length + unit.low] for length in lengths}
    last = {length + values[0] - within[-1] for length, within in ends.items() if within}
    if {*gaps, *last} != {step}:
        yield UnevenStep(column, text, unit, step, gaps, tuple(sorted(last)), is_rate)


def _is_every(text: str) -> bool:
    return text in ("*", "*/1")


def _follow(values: Sequence[int], unit: Unit) -> bool:
    """Whether two of the values are consecutive; the first also follows the last."""
    return any((value - unit.low + 1) % unit.size + unit.low in values for value in values)


def _days_follow(cron: Cron) -> bool:
    days = cron.days
    if isinstance(days, Weekdays):
        return any((day + 1) % 7 in days.weekdays for day in days.weekdays)
    return isinstance(days, Dates) and any(day + 1 in days.numbers for day in days.numbers)
