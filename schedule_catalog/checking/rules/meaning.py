"""Valid crons that may not mean what their author expects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.fault import Fault
from schedule_catalog.checking.rules.rule import DraftRule, Rule
from schedule_catalog.expressions import ExpressionError, parse
from schedule_catalog.expressions.expression import Cron
from schedule_catalog.expressions.fields import DAY_OF_MONTH, HOURS, MINUTES, MONTH
from schedule_catalog.expressions.steps import UnevenStep, uneven_steps
from schedule_catalog.problem import Severity
from schedule_catalog.wording import counted

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft


def _undocumented(draft: Draft) -> Iterator[Fault]:
    """Find syntax that AWS does not document and this project interprets."""
    if draft.kind == "cron" and draft.expression is not None:
        for column, message in draft.expression.undocumented:
            offset = max(0, column - 1 - len("cron("))
            yield Fault(("cron",), message, Severity.WARNING, offset=offset)


_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


# The number after "#" or "/" is a count, not a day.
_DAY_NUMBER = re.compile(r"(?<![#/\w])[1-7](?!\d)")


def _numeric_weekday(draft: Draft) -> Iterator[Fault]:
    """Find numbers in the fifth field, and name the days that they stand for."""
    if draft.kind != "cron" or draft.expression is None:
        return
    fields = str(draft.values["cron"]).split(" ")
    weekday = fields[4]
    if weekday in ("?", "*") or not _DAY_NUMBER.search(weekday):
        return
    named = _DAY_NUMBER.sub(lambda match: _DAYS[int(match[0]) - 1], weekday)
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


# The unit that a step counts, the unit that restarts the count, and the fix where no rate fits.
_STEP_UNITS = {
    MINUTES: ("minute", "hour", "write a step that divides 60"),
    HOURS: ("hour", "day", "write a step that divides 24"),
    DAY_OF_MONTH: ("day", "month", "list the days"),
    MONTH: ("month", "year", "write a step that divides 12, or list the months"),
}


_LISTED_MAX = 3


def _uneven_step(draft: Draft) -> Iterator[Fault]:
    """Find steps with unequal gaps; show the gaps, and the rate that was probably meant."""
    if isinstance(draft.expression, Cron):
        for step in uneven_steps(draft.expression):
            offset = step.column - 1 - len("cron(")
            yield Fault(("cron",), _step_message(step), Severity.WARNING, offset=offset)


def _step_message(step: UnevenStep) -> str:
    unit, whole, instead = _STEP_UNITS[step.unit]
    rate = f"write rate: {counted(step.step, unit)}, or " if step.is_rate else ""
    instead = instead.removeprefix("write ") if rate else instead
    gaps = f'"{step.text}" fires {_gaps(step)} {unit}s apart, as each {whole} restarts the count'
    return f"{gaps}: {rate}{instead}"


def _gaps(step: UnevenStep) -> str:
    last = " or ".join(map(str, step.last)) if len(step.last) < _LISTED_MAX else f"{step.last[0]} to {step.last[-1]}"
    if not step.gaps:
        return last
    if len(step.gaps) == 1 and len(step.last) == 1:
        return f"{step.gaps[0]}, {last}, {step.gaps[0]}, {last}"
    if len(step.gaps) <= _LISTED_MAX:
        return f"{', '.join(map(str, step.gaps))} and then {last}"
    return f"{step.step} and then {last}"


UNDOCUMENTED: DraftRule = Rule(
    "undocumented",
    "a cron uses only syntax that AWS documents, so that its fires are certain",
    _undocumented,
)
NUMERIC_WEEKDAY: DraftRule = Rule(
    "numeric-weekday",
    "days of the week are written by name: 1 is Sunday here and Monday elsewhere",
    _numeric_weekday,
)
UNEVEN_STEP: DraftRule = Rule(
    "uneven-step",
    "a step divides what it counts, so that all gaps between fires are equal",
    _uneven_step,
)
