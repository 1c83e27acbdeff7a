"""A difference as JSON, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schedule_catalog.cli.output import say_json
from schedule_catalog.expressions import zone

if TYPE_CHECKING:
    from schedule_catalog.diff import Change, Comparison
    from schedule_catalog.diff.changes import Outlook
    from schedule_catalog.problem import Problem


def show(comparison: Comparison) -> None:
    """Print one object; docs/diff.md tells its keys, which stay."""
    document = {
        "version": 1,
        "now": comparison.now.isoformat(),
        "changes": [_change(change) for change in comparison.changes],
        "finished": [entry.name for entry in comparison.finished],
        "problems": [_problem(each) for each in comparison.problems],
        "base_problems": [_problem(each) for each in comparison.base_problems],
    }
    say_json(document)


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "name": change.name,
        "name_before": change.before.name if change.before else None,
        "stacks": list(change.stacks),
        "action": change.effect.action,
        "notes": list(change.effect.notes),
        "fields": [{"path": each.path, "before": each.before, "after": each.after} for each in change.fields],
        "before": _outlook(change.old),
        "after": _outlook(change.new),
        "new_hazards": [
            {"kind": each.kind, "local": each.local.isoformat(), "utc": each.instant.isoformat(), "text": each.text}
            for each in change.hazards
        ],
    }


def _outlook(side: Outlook | None) -> dict[str, Any] | None:
    if side is None:
        return None
    local = zone(side.timezone)
    return {
        "timezone": side.timezone,
        "calls_per_month": round(side.calls_per_month, 2),
        "relative_to_deployment": side.relative,
        "fires": [{"utc": each.isoformat(), "local": each.astimezone(local).isoformat()} for each in side.fires],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "rule": problem.rule,
        "severity": problem.severity,
        "message": problem.message,
    }
