"""Rules that the settings of a stack impose on its entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from schedule_catalog.checking.fault import Fault
from schedule_catalog.checking.rules.rule import ContextRule, Rule, StackRule
from schedule_catalog.expressions import Cron, Expression
from schedule_catalog.problem import Severity
from schedule_catalog.timing import Timing
from schedule_catalog.wording import nearest, suggestion

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.rule import Context
    from schedule_catalog.settings import Settings


def _stack(draft: Draft, context: Context) -> Iterator[Fault]:
    """Find names that nearly match a known stack; a different name may be a stack deployed elsewhere."""
    stacks = draft.variant.stacks
    if not context.stacks or stacks is None:
        return
    for stack in stacks:
        near = None if stack in context.stacks else nearest(stack, context.stacks)
        if near:
            message = f'no settings for the stack "{stack}": did you mean "{near}"?'
            written = draft.values["stacks"]
            step = stack if isinstance(written, dict) else list(written).index(stack)
            yield Fault(("stacks", step), message, Severity.WARNING, at_key=isinstance(step, str))


def _owner(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find undeclared owners."""
    if draft.owner and settings.owners and draft.owner not in settings.owners:
        yield Fault(("owner",), f'unknown owner "{draft.owner}": {suggestion(draft.owner, settings.owners)}')


_CEILINGS = tuple(
    (pointer, setting, attrgetter(setting))
    for pointer, setting in (
        (("retry", "max_attempts"), "retry.most_attempts"),
        (("retry", "max_age_minutes"), "retry.most_age_minutes"),
        (("timeout_seconds",), "proxy.timeout_seconds"),
    )
)
"""Limits of an entry, each with the setting that it may not exceed."""


def _ceiling(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find limits above those of the proxy."""
    retry: Mapping[str, int] = draft.values.get("retry") or {}
    for pointer, setting, most_of in _CEILINGS:
        value = (retry if len(pointer) > 1 else draft.values).get(pointer[-1], 0)
        if value and value > (most := most_of(settings)):
            message = f'"{pointer[-1]}" is {value}, and the setting {setting} is {most}: lower it, or raise the setting'
            yield Fault(pointer, message)


def _overlap(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find entries with "overlap: skip" in a stack that does not record runs."""
    if draft.values.get("overlap") == "skip" and not settings.ledger:
        message = '"skip" needs the run ledger, which the settings turn off: remove "overlap", or their "ledger"'
        yield Fault(("overlap",), message)


_MINUTE = timedelta(minutes=1)


_FIRES = 2000
"""More fires than in a day, so that the effect of a year's days on the gaps shows."""


def _minimum_interval(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find fires that follow each other too quickly, on the clock of the schedule."""
    least = settings.minimum_interval_minutes
    if least == 1 or draft.expression is None or draft.kind is None:
        return
    gap = draft.expression.shortest_gap
    if gap is None or gap >= least * _MINUTE:
        return
    gap = _shortest_gap(draft.expression)
    if gap < least * _MINUTE:
        said = f'"{draft.values[draft.kind]}" fires again after {gap // _MINUTE} min'
        message = f'{said}, and "minimum_interval_minutes" is {least}: fire less often'
        yield Fault((draft.kind,), message, Severity.WARNING)


@lru_cache(1024)
def _shortest_gap(expression: Expression) -> timedelta:
    """Shortest time between two consecutive fires."""
    if not isinstance(expression, Cron):
        return expression.shortest_gap or timedelta.max
    start = datetime(max(1970, expression.fields.years.values[0]), 1, 1, tzinfo=UTC)
    found = Timing.of(expression.text).upcoming(start, _FIRES)
    return min((after - before for before, after in pairwise(found)), default=timedelta.max)


STACK: ContextRule = Rule(
    "stack",
    "the name of a stack is that of a known one; an unknown stack gets no schedule",
    _stack,
)
OWNER: StackRule = Rule(
    "owner",
    "when a stack declares its owners, every schedule has one of them",
    _owner,
)
CEILING: StackRule = Rule(
    "ceiling",
    "a request asks for no more attempts, age or time than the stack's settings allow",
    _ceiling,
)
OVERLAP: StackRule = Rule(
    "overlap",
    '"overlap: skip" is for stacks that record their runs',
    _overlap,
)
MINIMUM_INTERVAL: StackRule = Rule(
    "minimum-interval",
    "a schedule fires no more often than the stack's settings ask for",
    _minimum_interval,
)
