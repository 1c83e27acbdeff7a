"""Effects of an edit of the catalog, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule_catalog.cli.text.diff_words import value
from schedule_catalog.diff.fields import field_changes

if TYPE_CHECKING:
    from local.engine.deployment import ResourceChange
    from local.release import Release
    from schedule_catalog.entry import Entry

_DONE = {"create": "added", "update": "changed", "replace": "replaced", "delete": "removed"}


@dataclass(frozen=True, slots=True)
class Edit:
    """One line: what was changed, how, and from what to what."""

    name: str
    word: str
    text: str = ""


_RESTARTED = Edit("the callback service", "restarted", "with its handlers as they are now")


def edits_of(before: Release, after: Release) -> tuple[Edit, ...]:
    """Return the changes of a release; also that there are none. One that failed may have restarted the service."""
    if not after.succeeded:
        return (_RESTARTED,) if after.replaced else ()
    schedules = [_edit(change, before, after) for change in after.schedule_changes()]
    others = len(after.changes) - len(schedules)
    if others:
        schedules.append(Edit(f"{others} other resource{'s' if others > 1 else ''}", "changed"))
    if after.replaced:
        schedules.append(_RESTARTED)
    return tuple(schedules) or (Edit("the catalog", "unchanged", "the edit changes no resource of this stack"),)


def _edit(change: ResourceChange, before: Release, after: Release) -> Edit:
    old, new = before.entries.get(change.name), after.entries.get(change.name)
    if old is None or new is None:
        return Edit(change.name, _DONE[change.operation], _timing(new) if new else "")
    return Edit(change.name, _DONE[change.operation], ", ".join(_differences(old, new)))


def _timing(entry: Entry) -> str:
    timing = entry.timing
    return timing.expression if timing.kind == "rate" else f"{timing.expression} {timing.timezone}"


def _differences(old: Entry, new: Entry) -> Iterator[str]:
    for field in field_changes(old, new):
        yield f"{field.path} {value(field.before)} -> {value(field.after)}"
