"""Stacks that have settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.problem import Severity

from .fault import Fault
from .wording import instead

if TYPE_CHECKING:
    from schedule_catalog.draft import Draft

    from .context import Context

ID = "stack"
DOC = "a stack that an entry names has settings; a misspelt one would get no schedule"


def check(draft: Draft, context: Context) -> Iterator[Fault]:
    """Find names of stacks without a settings file, where the settings of all stacks are at hand."""
    stacks = draft.variant.stacks
    if not context.stacks or stacks is None:
        return
    for stack in stacks:
        if stack not in context.stacks:
            message = f'no settings for the stack "{stack}": {instead(stack, context.stacks)}'
            written = draft.values["stacks"]
            step = stack if isinstance(written, dict) else list(written).index(stack)
            yield Fault(("stacks", step), message, Severity.WARNING, at_key=isinstance(step, str))
