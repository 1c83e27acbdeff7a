"""What an edit of the catalog changed, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.engine.deployment import Change
    from local.release import Release
    from schedule_catalog.entry import Entry

_DONE = {"create": "added", "update": "changed", "replace": "replaced", "delete": "removed"}
_SHOWN = ("expression", "timezone", "enabled", "start", "end", "flexible_window_minutes")
_SILENT = frozenset({"place", "stack"})


@dataclass(frozen=True, slots=True)
class Edit:
    """One line: what was changed, how, and from what to what."""

    name: str
    word: str
    text: str = ""


def edits_of(before: Release, after: Release) -> tuple[Edit, ...]:
    """What a release changed; that nothing changed is said too."""
    schedules = [_edit(change, before, after) for change in after.schedule_changes()]
    others = len(after.changes) - len(schedules)
    if others:
        schedules.append(Edit(f"{others} other resource{'s' if others > 1 else ''}", "changed"))
    return tuple(schedules) or (Edit("the catalog", "unchanged", "the edit changes no resource of this stack"),)


def _edit(change: Change, before: Release, after: Release) -> Edit:
    old, new = before.entries.get(change.name), after.entries.get(change.name)
    if old is None or new is None:
        return Edit(change.name, _DONE[change.operation], _timing(new) if new else "")
    return Edit(change.name, _DONE[change.operation], ", ".join(_differences(old, new)))


def _timing(entry: Entry) -> str:
    return entry.expression if entry.expression.startswith("rate(") else f"{entry.expression} {entry.timezone}"


def _differences(old: Entry, new: Entry) -> Iterator[str]:
    for field in fields(new):
        was, now = getattr(old, field.name), getattr(new, field.name)
        if was == now or field.name in _SILENT:
            continue
        name = field.name.replace("_", " ")
        yield f"{name} {_word(was)} -> {_word(now)}" if field.name in _SHOWN else name


def _word(value: object) -> str:
    return "none" if value is None else str(value)
