"""Parser of AWS's text of an expression.

Grammar: "Schedule types in EventBridge Scheduler" in its user guide, and observed refusals of the service. One space
separates fields; there is none at either end. `rate` takes the singular for 1 and the plural above, which is correct
for both EventBridge rules and Scheduler (Scheduler's page names the plurals only, its API model all six units).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import NoReturn

from schedule_catalog.expressions import fields
from schedule_catalog.expressions.errors import ExpressionError
from schedule_catalog.expressions.expression import FIRST_YEAR, LAST_YEAR, At, Cron, CronFields, Expression, Rate
from schedule_client.contract.errors import CalendarError
from schedule_client.contract.times import read_time

_RATE = re.compile(r"rate\(([1-9][0-9]{0,7}) (minute|hour|day)(s?)\)")
_AT = re.compile(r"at\(([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})\)")
_FIELDS: tuple[Callable[[str], object], ...] = (
    fields.minutes,
    fields.hours,
    fields.day_of_month,
    fields.months,
    fields.day_of_week,
    fields.years,
)


@lru_cache(16_384)
def parse(expression: str) -> Expression:
    """Parse AWS's text, `cron(…)`, `rate(…)` or `at(…)`; ExpressionError has the position and the allowed values."""
    if expression.startswith("cron(") and expression.endswith(")"):
        parts = expression[5:-1].split(" ")
        if len(parts) == 6 and "" not in parts:
            return _cron(expression, parts)
    if match := _RATE.fullmatch(expression):
        return _rate(expression, match)
    if match := _AT.fullmatch(expression):
        return _at(expression, match[1])
    raise _misshapen(expression)


def _cron(text: str, parts: list[str]) -> Cron:
    minutes, hours, day_of_month, months, day_of_week, years = parts
    try:
        read = CronFields(
            fields.minutes(minutes),
            fields.hours(hours),
            fields.day_of_month(day_of_month),
            fields.months(months),
            fields.day_of_week(day_of_week),
            fields.years(years),
        )
    except fields.FieldError:
        _refuse_field(text, parts)
    days = read.day_of_month.days or read.day_of_week.days
    if days is None or (read.day_of_month.days and read.day_of_week.days):
        _refuse_days(parts)
    return Cron(text, read, days)


def _refuse_field(text: str, parts: list[str]) -> NoReturn:
    """Read field by field, to find the field with the mistake."""
    if parts[0].startswith("cron("):
        raise _misshapen(text)
    column = len("cron(") + 1
    for read, part in zip(_FIELDS, parts, strict=True):
        try:
            read(part)
        except fields.FieldError as error:
            raise ExpressionError(error.message, column + error.offset) from None
        column += len(part) + 1
    raise AssertionError(parts)


def _misshapen(text: str) -> ExpressionError:
    from schedule_catalog.expressions.advice import shape

    found = shape(text)
    end = f"write {found.right}" if found.right and _is_expression(found.right) else found.otherwise
    return ExpressionError(f"{found.message}: {end}" if end else found.message, found.column)


def _is_expression(text: str) -> bool:
    """Whether a text that an author is advised to write is not refused itself."""
    try:
        parse(text)
    except ExpressionError:
        return False
    return True


def _refuse_days(parts: list[str]) -> NoReturn:
    column = len("cron(") + sum(len(part) + 1 for part in parts[:4]) + 1
    given = f'day-of-month is "{parts[2]}" and day-of-week is "{parts[4]}"'
    raise ExpressionError(f'{given}: exactly one of the two must be "?"', column)


def _rate(text: str, match: re.Match[str]) -> Rate:
    value, unit, plural = int(match[1]), match[2], match[3]
    if (value > 1) != bool(plural):
        from schedule_catalog.expressions.advice import rate

        right = rate(value, unit)
        raise ExpressionError(f'"{unit}{plural}" does not go with {value}: write {right}', match.start(2) + 1)
    return Rate(text, timedelta(**{f"{unit}s": value}))


def _at(text: str, wall: str) -> At:
    column = len("at(") + 1
    try:
        time = read_time(wall)
    except CalendarError as error:
        raise ExpressionError(f'"{wall}" is not in the calendar: {error.reason}', column) from None
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise ExpressionError(f'"{wall}" is outside the years {FIRST_YEAR}-{LAST_YEAR}', column)
    return At(text, time.replace(second=0))
