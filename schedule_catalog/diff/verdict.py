"""Verdict on a change: whether it can be deployed, and what a reviewer must know before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from schedule_catalog.diff.changes import Action, ChangeKind
from schedule_catalog.problem import Severity
from schedule_catalog.wording import counted
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.diff.changes import Change
    from schedule_catalog.diff.comparison import Comparison
    from schedule_catalog.hazards import Hazard
    from schedule_catalog.problem import Problem

_RULES = {"gap": "dst-gap", "repeat": "dst-repeat"}
"""Rule that warns of each kind of hazard."""


class Danger(StrEnum):
    """Facts about one schedule for a reviewer, the worst first."""

    ERROR = "has errors"
    AT_ONCE = "fires at once"
    REPLACED = "is replaced"
    LOST = "loses a run"
    CLOCK = "meets a clock change"


_PLURALS = {
    Danger.ERROR: "have errors",
    Danger.AT_ONCE: "fire at once",
    Danger.REPLACED: "are replaced",
    Danger.LOST: "lose a run",
    Danger.CLOCK: "meet a clock change",
}


class Level(StrEnum):
    """Kind of a verdict."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@frozen
class ReviewVerdict:
    """Whether a change can be deployed, and the reason in a few words."""

    level: Level
    reason: str


def verdict(comparison: Comparison) -> ReviewVerdict:
    """Return the verdict on a comparison."""
    if comparison.errors:
        return ReviewVerdict(Level.ERROR, f"Cannot be deployed: {counted(len(comparison.errors), 'error')}")
    found = Counter(danger for change in comparison.changes for danger in dangers(change, comparison.now))
    reasons = [_counted(danger, found[danger]) for danger in Danger if found[danger]]
    clocks = _RULES.values() if found[Danger.CLOCK] else ()
    warnings = [each for each in comparison.problems if each.severity is Severity.WARNING and each.rule not in clocks]
    if warnings:
        reasons.append(counted(len(warnings), "warning"))
    if reasons:
        return ReviewVerdict(Level.WARNING, f"Check before you merge: {', '.join(reasons)}")
    return ReviewVerdict(Level.OK, "Nothing dangerous" if comparison.changes else "No schedule differs")


def dangers(change: Change, now: datetime) -> tuple[Danger, ...]:
    """Return what is dangerous about the change of one schedule, the worst first."""
    if change.kind is ChangeKind.BROKEN:
        return (Danger.ERROR,)
    before, after = (side.timing if side else None for side in (change.before, change.after))
    created = after if change.effect.action in (Action.CREATE, Action.REPLACE) else None
    found = {
        Danger.AT_ONCE: created and (created.fires_at_creation(now) or (created.fires_once and created.expired(now))),
        Danger.REPLACED: change.effect.action is Action.REPLACE,
        Danger.LOST: before and before.pending(now) and not (after and after.pending(now)),
        Danger.CLOCK: change.hazards,
    }
    return tuple(danger for danger, is_there in found.items() if is_there)


def unexplained(hazards: Sequence[Hazard], problems: Sequence[Problem]) -> tuple[Hazard, ...]:
    """Return the hazards of a change of which no warning of the check tells already, with every date of its kind."""
    told = [(problem.rule, problem.message) for problem in problems if problem.rule in _RULES.values()]
    explained = {
        hazard.kind
        for hazard in hazards
        if any(rule == _RULES[hazard.kind] and message.startswith(hazard.text) for rule, message in told)
    }
    return tuple(hazard for hazard in hazards if hazard.kind not in explained)


def summary(comparison: Comparison) -> str:
    """Return the number of differences on one line."""
    counts = Counter(kind for kind, _ in {(change.kind, change.name) for change in comparison.changes})
    parts = [f"{counts[kind]} {kind.value}" for kind in reversed(ChangeKind) if counts[kind]] or ["no schedule differs"]
    if comparison.errors:
        parts.append(counted(len(comparison.errors), "error"))
    return ", ".join(parts)


def _counted(danger: Danger, number: int) -> str:
    return f"{counted(number, 'schedule')} {danger if number == 1 else _PLURALS[danger]}"
