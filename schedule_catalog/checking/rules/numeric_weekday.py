"""Days of the week by number, which every cron counts in its own way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.expressions import ExpressionError, parse
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "numeric-weekday"
DOC = "days of the week are written by name: 1 is Sunday here and Monday elsewhere"

_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# The number after "#" or "/" is a count, not a day.
_NUMBER = re.compile(r"(?<![#/\w])[1-7](?!\d)")


def check(draft: Draft) -> Iterator[Fault]:
    """Find numbers in the fifth field, with the names that they stand for."""
    if draft.kind != "cron" or draft.expression is None:
        return
    fields = str(draft.values["cron"]).split(" ")
    weekday = fields[4]
    if weekday in ("?", "*") or not _NUMBER.search(weekday):
        return
    named = _NUMBER.sub(lambda match: _DAYS[int(match[0]) - 1], weekday)
    before = " ".join(fields[:4])
    message = f'day "{weekday}" counts from 1 = SUN'
    if _is_right(f"cron({before} {named} {fields[5]})"):
        message += f', so it is "{named}": write the name{"s" if len(named) > 3 else ""}'
    else:
        message += f", so it is {_DAYS[int(weekday[0]) - 1]}"
    yield Fault(("cron",), message, Severity.WARNING, offset=len(before) + 1)


def _is_right(text: str) -> bool:
    try:
        parse(text)
    except ExpressionError:
        return False
    return True
