"""How often a stack lets schedules fire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.expressions import Cron, Expression
from schedule_catalog.problem import Severity
from schedule_catalog.timing import Timing

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.settings import Settings

ID = "minimum-interval"
DOC = "a schedule fires no more often than the stack's settings ask for"

_MINUTE = timedelta(minutes=1)
_FIRES = 2000
"""More than a day's fires: what a year's days do to the gaps shows in them."""


def check(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find fires that follow each other too quickly, on the clock of the schedule."""
    least = settings.minimum_interval_minutes
    if least == 1 or draft.expression is None or draft.kind is None:
        return
    gap = draft.expression.shortest_gap
    if gap is None or gap >= least * _MINUTE:
        return
    gap = _gap(draft.expression)
    if gap < least * _MINUTE:
        said = f'"{draft.values[draft.kind]}" fires again after {gap // _MINUTE} min'
        message = f'{said}, and "minimum_interval_minutes" is {least}: fire less often'
        yield Fault((draft.kind,), message, Severity.WARNING)


@lru_cache(1024)
def _gap(expression: Expression) -> timedelta:
    """The shortest time between two fires that really follow each other."""
    if not isinstance(expression, Cron):
        return expression.shortest_gap or timedelta.max
    start = datetime(max(1970, expression.fields.years.values[0]), 1, 1, tzinfo=UTC)
    found = Timing.of(expression.text).upcoming(start, _FIRES)
    return min((after - before for before, after in pairwise(found)), default=timedelta.max)
