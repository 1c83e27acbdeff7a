"""Wording of differences that all formats share."""

from __future__ import annotations

import json
from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from schedule_catalog.diff import ChangeKind
from schedule_catalog.expressions import zone
from schedule_catalog.wording import counted

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.diff import Change, Comparison
    from schedule_catalog.diff.changes import Outlook

STACKS_MAX = 20
RELATIVE = "counted as if deployed now: a rate counts from its deployment"


def summary(comparison: Comparison) -> str:
    """Return the number of differences on one line."""
    counts = Counter(kind for kind, _ in {(change.kind, change.name) for change in comparison.changes})
    parts = [f"{counts[kind]} {kind.value}" for kind in reversed(ChangeKind) if counts[kind]] or ["no schedule differs"]
    if comparison.errors:
        parts.append(counted(len(comparison.errors), "error"))
    return ", ".join(parts)


def stacks(change: Change) -> str:
    """Return the names of the stacks of a change."""
    if change.stacks == (None,):
        return "every stack"
    shown = ["every other stack" if stack is None else stack for stack in change.stacks[:STACKS_MAX]]
    more = len(change.stacks) - len(shown)
    return ", ".join((*shown, f"{more} more") if more else shown)


def title(change: Change) -> str:
    """Return the name of the schedule, with its previous name."""
    if change.kind is ChangeKind.RENAMED and change.before:
        return f"{change.before.name} -> {change.name}"
    return change.name


def value(value: Any) -> str:
    """Return the text of a field: text unchanged, anything else as JSON, nothing as a dash."""
    if value is None:
        return "-"
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def fires(change: Change) -> list[tuple[str, str]]:
    """Return the next fires before and after in pairs, in local time and UTC."""
    sides = (_fires(change.old), _fires(change.new))
    return list(zip_longest(*sides, fillvalue="-"))


def calls(change: Change) -> str:
    """Return the calls of a month, before and after."""
    sides = (change.old, change.new)
    numbers = [_number(side.calls_per_month) if side else "-" for side in sides]
    return numbers[1] if numbers[0] == numbers[1] else " -> ".join(numbers)


def relative(change: Change) -> bool:
    """Return whether any fire shown depends on the time of deployment."""
    return any(side is not None and side.relative for side in (change.old, change.new))


def _fires(side: Outlook | None) -> list[str]:
    if side is None:
        return []
    return [_fire(moment, side.timezone) for moment in side.fires] or ["never"]


def _fire(moment: datetime, timezone: str) -> str:
    if timezone == "UTC":
        return f"{moment:%a %Y-%m-%d %H:%M} UTC"
    return f"{moment.astimezone(zone(timezone)):%a %Y-%m-%d %H:%M %z} ({moment:%m-%d %H:%M} UTC)"


def _number(calls: float) -> str:
    return f"{calls:,.0f}" if calls >= 10 else f"{calls:.1f}".removesuffix(".0")
