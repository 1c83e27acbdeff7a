"""Expressions from AWS as a catalog writes them: days of the week by name, units that match their number.

AWS takes `rate(1 hours)`, numbers for weekdays and some syntax that its pages do not describe; `check` warns about
these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from schedule_catalog.expressions import Cron, ExpressionError, fires, parse
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.standard_cron import month_text, number_text, weekday_text

_RATE = re.compile(r"rate\(\s*0*([1-9][0-9]{0,8})\s+(minute|hour|day)s?\s*\)")
_CRON = re.compile(r"cron\((.*)\)")
_WEEKDAY = re.compile(r"(?<![#/\w])[1-7](?!\d)")
_NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FAR_YEAR = re.compile(r"(?:2[2-9]|[3-9][0-9])[0-9]{2}")
_COMPARED = 200
NEVER = "31 2"


@dataclass(frozen=True, slots=True)
class Written:
    """Timing as a catalog writes it.

    kind: "cron", "rate" or "at"; text: its value in a catalog.
    source: the expression whose fires must be proved.
    """

    kind: str
    text: str
    source: str


def written(expression: str) -> Written:
    """Return the timing of an AWS expression; NotConvertibleError for an invalid one."""
    if found := _RATE.fullmatch(expression):
        text = f"{found[1]} {found[2]}{'' if found[1] == '1' else 's'}"
        return Written("rate", text, f"rate({text})")
    try:
        parsed = parse(expression)
    except ExpressionError as error:
        return _never(expression, str(error))
    text = parsed.text[len(parsed.kind) + 1 : -1]
    if not isinstance(parsed, Cron):
        return Written(parsed.kind, text[:16] if parsed.kind == "at" else text, expression)
    return Written("cron", _documented(parsed, text), expression)


def _never(expression: str, reason: str) -> Written:
    """Text for expressions that never fire: impossible years and dates become the 31st of February."""
    found = _CRON.fullmatch(expression)
    fields = found[1].split() if found else []
    if len(fields) == 6 and _FAR_YEAR.fullmatch(fields[5]):
        text = f"{fields[0]} {fields[1]} {NEVER} ? *"
        try:
            return Written("cron", text, parse(f"cron({text})").text)
        except ExpressionError:
            pass
    raise NotConvertibleError(reason)


def _documented(parsed: Cron, text: str) -> str:
    """First spelling without warnings that fires at the same times."""
    return next((each for each in _spellings(parsed, text) if _is_documented(each) and _same(each, parsed)), text)


def _spellings(parsed: Cron, text: str) -> list[str]:
    fields = text.split(" ")
    named = [*fields[:4], _WEEKDAY.sub(lambda found: _NAMES[int(found[0]) - 1], fields[4]), fields[5]]
    minutes, hours, months = parsed.fields.minutes, parsed.fields.hours, parsed.fields.months
    plain = [
        number_text(frozenset(minutes.values), 0, 59), number_text(frozenset(hours.values), 0, 23), named[2],
        month_text(frozenset(months.values)), named[4], named[5],
    ]  # fmt: skip
    days = _days_of_week(parsed)
    whole = [*plain[:4], days, plain[5]] if days else plain
    return [" ".join(each) for each in (named, [*named[:4], days or named[4], named[5]], plain, whole)]


def _days_of_week(parsed: Cron) -> str:
    """Days of a plain week field by name, "*" for all of them; "" for one with "#" or "L"."""
    field = parsed.fields.day_of_week.text
    if field in ("?", "*") or "#" in field or "L" in field:
        return ""
    start = datetime(2023, 1, 1, tzinfo=UTC)  # a Sunday
    found = {each.isoweekday() % 7 for each in _week(field, start)}
    return "*" if len(found) == 7 else weekday_text(frozenset(found))


def _week(field: str, start: datetime) -> list[datetime]:
    return list(islice(fires(f"cron(0 0 ? * {field} *)", "UTC", start, start.replace(day=8)), 7))


def _is_documented(text: str) -> bool:
    try:
        found = parse(f"cron({text})")
    except ExpressionError:
        return False
    return not found.undocumented and not _WEEKDAY.search(text.split(" ")[4])


def _same(text: str, parsed: Cron) -> bool:
    start, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2064, 1, 1, tzinfo=UTC)
    one = islice(fires(f"cron({text})", "UTC", start, end), _COMPARED)
    return list(one) == list(islice(fires(parsed, "UTC", start, end), _COMPARED))
