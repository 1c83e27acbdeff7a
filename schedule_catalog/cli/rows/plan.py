"""Pulumi preview as JSON, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.cli import as_json

if TYPE_CHECKING:
    from schedule_catalog.deployment.plan import Plan


def show(plan: Plan) -> None:
    """Print the steps, deletions first, and whether any step is not caused by the clock."""
    steps = [
        {
            "operation": step.operation,
            "type": step.type,
            "name": step.name,
            "properties": step.properties,
            "by_clock": step.by_clock,
        }
        for step in plan.steps
    ]
    as_json.show("plan", {"stack": plan.stack, "drifted": plan.drifted, "steps": steps, "errors": plan.errors})
