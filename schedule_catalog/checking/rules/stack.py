"""Stacks that have settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.problem import Severity
from schedule_catalog.wording import nearest

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.context import Context

ID = "stack"
DOC = "a stack that an entry names is spelt like one that has settings; another gets no schedule"


def check(draft: Draft, context: Context) -> Iterator[Fault]:
    """Find names that differ a little from those of the known stacks; an unlike name may be a stack of elsewhere."""
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
