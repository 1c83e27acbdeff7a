"""Differences as JSON, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schedule_catalog.cli import as_json
from schedule_catalog.cli.rows.forecast import fire_row
from schedule_catalog.cli.rows.problems import problem_row
from schedule_catalog.diff.verdict import dangers, verdict

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.diff import Change, Comparison
    from schedule_catalog.diff.changes import Outlook
    from schedule_catalog.hazards import Hazard


def show(comparison: Comparison) -> None:
    """Print each change, the schedules that finished by the clock, and the problems of both sides."""
    found = verdict(comparison)
    members = {
        "now": as_json.instant(comparison.now),
        "verdict": {"level": found.level, "reason": found.reason},
        "changes": [_change(change, comparison.now) for change in comparison.changes],
        "finished": [entry.name for entry in comparison.finished],
        "problems": [problem_row(each) for each in comparison.problems],
        "base_problems": [problem_row(each) for each in comparison.base_problems],
    }
    as_json.show("diff", members)


def _change(change: Change, now: datetime) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "name": change.name,
        "name_before": change.before.name if change.before else None,
        "stacks": list(change.stacks),
        "action": change.effect.action,
        "notes": list(change.effect.notes),
        "dangers": list(dangers(change, now)),
        "fields": [{"path": each.path, "before": each.before, "after": each.after} for each in change.fields],
        "before": _outlook(change.old),
        "after": _outlook(change.new),
        "new_hazards": [_hazard(each) for each in change.hazards],
    }


def _hazard(hazard: Hazard) -> dict[str, Any]:
    """Clock change; `local` is a wall time without an offset, which may not exist or exist twice."""
    return {
        "kind": hazard.kind,
        "local": hazard.local.isoformat(),
        "utc": as_json.instant(hazard.instant),
        "text": hazard.text,
    }


def _outlook(side: Outlook | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "timezone": side.timezone,
        "calls_per_month": as_json.number(side.calls_per_month, 2),
        "relative_to_deployment": side.relative,
        "fires": [fire_row(each, side.timezone) for each in side.fires],
    }
