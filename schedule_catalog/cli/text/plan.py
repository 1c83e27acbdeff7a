"""Plan of a deployment in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from schedule_catalog.cli.text.table import aligned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_catalog.deployment.plan import Plan, Step

BY_CLOCK = "by the clock"
_HEAD = ("step", "type", "name", "changes")


def lines(plan: Plan) -> Iterator[str]:
    """Yield the lines to print."""
    yield f"stack {plan.stack or '(unknown)'}: {summary(plan)}"
    if plan.steps:
        yield from aligned([_HEAD, *map(_row, plan.steps)])
    for error in plan.errors:
        yield from (f"  error: {line}" for line in error.splitlines())


def summary(plan: Plan) -> str:
    """Return how many steps of each kind there are."""
    counts = Counter(step.operation for step in plan.steps if not step.by_clock)
    parts = [f"{count} to {operation}" for operation, count in counts.items()]
    by_clock = sum(step.by_clock for step in plan.steps)
    if by_clock:
        parts.append(f"{by_clock} only {BY_CLOCK}")
    if plan.errors:
        parts.append("the preview failed")
    return ", ".join(parts) or "nothing to do"


def short_type(step: Step) -> str:
    """Return the type of a resource as Pulumi shows it, without the module's last part."""
    package, *module, last = step.type.split(":")
    return ":".join((package, *(part.partition("/")[0] for part in module), last))


def _row(step: Step) -> tuple[str, str, str, str]:
    return step.operation, short_type(step), step.name, BY_CLOCK if step.by_clock else ", ".join(step.properties)
