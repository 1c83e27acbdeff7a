"""Advice for texts that do not have the shape of an expression."""

from __future__ import annotations

import re
from typing import NamedTuple

from schedule_catalog.expressions.fields import WEEKDAYS

KINDS = "cron(minutes hours day-of-month month day-of-week year), rate(value unit) or at(yyyy-mm-ddThh:mm:ss)"
SIX = "minutes hours day-of-month month day-of-week year"

_AT_FORM = "at(yyyy-mm-ddThh:mm:ss)"
_WRAPPED = re.compile(r"(cron|rate|at)\((.*)\)", re.DOTALL)
_OPENING = re.compile(r"(cron|rate|at)\(")
_DATE_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(.*)", re.DOTALL)
_INTERVAL = re.compile(r"([1-9][0-9]{0,7}) (minute|hour|day)s?")
_TIME_FIELDS = re.compile(r"[0-9*][0-9*,/-]* [0-9*][0-9*,/-]* .*")


class Correction(NamedTuple):
    """Message, and the column that it is about.

    right: expression to write, unless that is wrong too; otherwise: end of the message without it.
    """

    message: str
    column: int
    right: str | None = None
    otherwise: str = ""


def shape(text: str) -> Correction:
    """Return why the text is not an expression, and the correct text if it can be guessed."""
    if text != text.strip():
        space = 1 if text[:1].isspace() else len(text.rstrip()) + 1
        return Correction("spaces at the start or the end are not allowed", space)
    match = _WRAPPED.fullmatch(text)
    if match is None:
        return _unwrapped(text)
    kind, inside = match[1], match[2]
    column = len(kind) + 2
    if inside != (bare := inside.strip()):
        space = column if inside[0].isspace() else column + len(inside.rstrip())
        return Correction("spaces at the start or the end are not allowed", space, f"{kind}({bare})")
    if nested := _OPENING.match(inside):
        return Correction(f'"{nested[0]}" is inside "{kind}("', column, f"{inside.rstrip(')')})")
    if kind == "cron":
        return _cron(inside, column)
    return _rate(inside, column) if kind == "rate" else _at(inside, column)


def rate(value: int, unit: str) -> str:
    """Return AWS's text of a rate; `unit` is the singular."""
    return f"rate({value} {unit}{'s' if value > 1 else ''})"


def _unwrapped(text: str) -> Correction:
    if _OPENING.match(text):
        return Correction(f'"{text}" does not end with ")"', len(text) + 1)
    if match := _OPENING.match(text.lower()):
        return Correction(f'"{text[: match.end(1)]}" must be lower case: {match[1]}', 1)
    lacks = f'"{text}" lacks its wrapper'
    if match := _DATE_TIME.match(text):
        return Correction(lacks, 1, _local(match), f"write {_AT_FORM}")
    if match := _INTERVAL.fullmatch(text):
        return Correction(lacks, 1, rate(int(match[1]), match[2]))
    if _TIME_FIELDS.fullmatch(text) and len(text.split()) in (5, 6):
        return Correction(lacks, 1, f"cron({six_fields(text) or SIX})", f"write cron({SIX})")
    return Correction(f'"{text}" is not an expression: {KINDS}', 1)


def _cron(inside: str, column: int) -> Correction:
    parts = inside.split()
    if len(parts) == 6:
        right = " ".join(parts)
        differs = next(at for at, (is_, ought) in enumerate(zip(inside, right, strict=False)) if is_ != ought)
        return Correction("fields are separated by one space", column + differs, f"cron({right})")
    if len(parts) == 5:
        right, message = six_fields(inside), f"five fields, but AWS needs six ({SIX})"
        otherwise = "year is the sixth, and exactly one of the two day fields is ?"
        return Correction(message, column, right and f"cron({right})", otherwise)
    if len(parts) == 7:
        return Correction(f"seven fields, but AWS needs six, without seconds: {SIX}", column)
    return Correction(f"{len(parts)} field{'s' * (len(parts) != 1)}, but AWS needs six: {SIX}", column)


def six_fields(text: str) -> str | None:
    """Return AWS's six fields, also for Unix's five; None if AWS cannot express them, as with two day fields."""
    parts = text.split()
    if len(parts) != 5:
        return " ".join(parts) if len(parts) == 6 else None
    minutes, hours, day_of_month, month, day_of_week = parts
    if "?" in (day_of_month, day_of_week):
        return f"{minutes} {hours} {day_of_month} {month} {day_of_week} *"
    if day_of_week == "*":
        return f"{minutes} {hours} {day_of_month} {month} ? *"
    if day_of_month == "*":
        return f"{minutes} {hours} ? {month} {_named(day_of_week)} *"
    return None


def _named(day_of_week: str) -> str:
    """Unix's numbers (0 and 7 are Sunday) as names, which mean the same in both."""
    return re.sub(r"(?<![/#0-9])[0-7](?![0-9])", lambda match: WEEKDAYS[int(match[0]) % 7], day_of_week.upper())


def _rate(inside: str, column: int) -> Correction:
    value, _, unit = inside.partition(" ")
    if not re.fullmatch(r"[1-9][0-9]{0,7}", value):
        return Correction(
            f'"{value}" is not a rate\'s value: use a whole number from 1 to 99999999, as in rate(5 minutes)', column
        )
    example = "minute" if value == "1" else "minutes"
    unit_column = column + len(value) + (1 if unit else 0)
    return Correction(
        f'"{unit}" is not a rate\'s unit: use minute(s), hour(s) or day(s), as in rate({value} {example})', unit_column
    )


def _at(inside: str, column: int) -> Correction:
    match = _DATE_TIME.fullmatch(inside)
    if match is None:
        return Correction(f'"{inside}" is not a local time: {_AT_FORM}', column)
    if match[4]:
        what = f'"{match[4]}" is not allowed, the time is local to the schedule\'s time zone: {_AT_FORM}'
        return Correction(what, column + match.start(4))
    return Correction(f'"{inside}" is not in the form {_AT_FORM}', column, _local(match))


def _local(match: re.Match[str]) -> str:
    return f"at({match[1]}T{match[2]}{match[3] or ':00'})"
