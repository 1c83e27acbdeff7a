"""Wording of differences that all formats share."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from schedule_catalog.diff.changes import Action, ChangeKind
from schedule_catalog.diff.verdict import dangers
from schedule_catalog.expressions import zone
from schedule_catalog.expressions.in_words import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from schedule_catalog.diff import Change, Comparison
    from schedule_catalog.diff.changes import Outlook
    from schedule_catalog.entry import Entry
    from schedule_catalog.timing import Timing

STACKS_MAX = 20
RELATIVE = "counted as if deployed now: a rate counts from its deployment"
HEAD = ("schedule", "danger", "calls", "when", "next fire", "calls a month", "pulumi up")
_ACTIONS = {Action.NOTHING: "leaves it as it is", Action.UPDATE: "updates it"}


def ordered(comparison: Comparison) -> Sequence[Change]:
    """Return the changes, the dangerous ones first."""
    return sorted(comparison.changes, key=lambda change: not dangers(change, comparison.now))


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


def without_empty(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the rows of a table, head first, without the columns that are empty but for their head."""
    columns = [column for column in zip(*rows, strict=True) if any(column[1:])]
    return list(zip(*columns, strict=True))


def called(entry: Entry | None) -> str:
    """Return the call that an entry makes, and the secret or the client that it names."""
    if entry is None:
        return ""
    request, auth = entry.request, entry.request.auth
    target = request.url or f"{request.service}: {request.path}"
    return f"{request.method} {target}, {f'{auth.type} {auth.secret or auth.client}' if auth else 'no auth'}"


def when(timing: Timing | None) -> str:
    """Return when a timing fires, in words and with its zone."""
    if timing is None:
        return ""
    words = in_words(timing.parsed)
    zoned = words if timing.interval else f"{words}, {timing.timezone}"
    return f"{timing.off}: {zoned}" if timing.off else zoned


def next_fire(change: Change) -> str:
    """Return the next fire after the change, in the zone of `when`; that of before, if nothing is known of after."""
    side = change.old if change.kind is ChangeKind.BROKEN else change.new
    if side is None or not side.fires:
        return "none"
    local = side.fires[0].astimezone(zone(side.timezone))
    return f"{local:%a %Y-%m-%d %H:%M}{' UTC' if side.timezone == 'UTC' else ''}"


def action(change: Change) -> str:
    """Return the action of `pulumi up` as a verb."""
    if change.kind is ChangeKind.BROKEN:
        return "does not run"
    return _ACTIONS.get(change.effect.action, f"{change.effect.action}s it")


def value(value: Any) -> str:
    """Return the text of a field: text unchanged, anything else as JSON, an absent one as that word."""
    if value is None:
        return "absent"
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def fires(change: Change) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the head and the rows of a table of next fires, in local time and UTC: two columns where both differ."""
    old, new = _fires(change.old), _fires(change.new)
    if old == new or not old:
        return ("next fires",), [(each,) for each in new]
    if not new:
        return ("next fires before the change",), [(each,) for each in old]
    return ("next fires before", "after"), list(zip_longest(old, new, fillvalue=""))


def calls(change: Change) -> str:
    """Return the calls of a month, before and after where they differ."""
    before, after = (_number(side.calls_per_month) if side else "0" for side in (change.old, change.new))
    if change.kind is ChangeKind.BROKEN:
        return before
    return after if change.old is None or before == after else f"{before} -> {after}"


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
