"""Steps that do not fire as far apart as they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.expressions.expression import Cron
from schedule_catalog.expressions.fields import DAY_OF_MONTH, HOURS, MINUTES, MONTH
from schedule_catalog.expressions.steps import UnevenStep, uneven_steps
from schedule_catalog.problem import Severity
from schedule_catalog.wording import counted

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "uneven-step"
DOC = "a step divides what it counts, so that all gaps between fires are equal"

# What a step counts, what starts the count again, and what to write where no rate can.
_UNITS = {
    MINUTES: ("minute", "hour", "write a step that divides 60"),
    HOURS: ("hour", "day", "write a step that divides 24"),
    DAY_OF_MONTH: ("day", "month", "list the days"),
    MONTH: ("month", "year", "write a step that divides 12, or list the months"),
}
_LISTED_MAX = 3


def check(draft: Draft) -> Iterator[Fault]:
    """Find steps whose gaps differ, with the real gaps and the rate that was meant."""
    if isinstance(draft.expression, Cron):
        for step in uneven_steps(draft.expression):
            offset = step.column - 1 - len("cron(")
            yield Fault(("cron",), _message(step), Severity.WARNING, offset=offset)


def _message(step: UnevenStep) -> str:
    unit, whole, instead = _UNITS[step.unit]
    rate = f"write rate: {counted(step.step, unit)}, or " if step.is_rate else ""
    instead = instead.removeprefix("write ") if rate else instead
    gaps = f'"{step.text}" fires {_gaps(step)} {unit}s apart, as each {whole} starts the count again'
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
