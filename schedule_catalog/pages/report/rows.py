"""What the report says of each schedule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry
    from schedule_catalog.pages.report.marks import Mark, Marks
    from schedule_catalog.pages.report.timing import Timings


@dataclass(frozen=True, slots=True)
class Row:
    """One schedule, once for all stacks that get the same.

    stacks: None for every stack.
    timing: the number of its timing.
    state: "active", "disabled" or "finished".
    """

    entry: Entry
    stacks: tuple[str, ...] | None
    timing: int
    state: str
    marks: tuple[Mark, ...]

    @property
    def target(self) -> str:
        """The call that is made, as one line."""
        request = self.entry.request
        return f"{request.method} {request.url or f'{request.service}: {request.path}'}"


def rows(entries: Iterable[Entry], timings: Timings, marks: Marks, now: datetime) -> list[Row]:
    """Return a row for each schedule, in the order of the entries; *timings* takes up when they fire."""
    alike: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        alike.setdefault(_shown(entry), []).append(entry)
    return [_row(group, timings, marks, now) for group in alike.values()]


def _shown(entry: Entry) -> tuple[object, ...]:
    """What tells two stacks' entries of a schedule apart in the report."""
    request = entry.request
    timing = (entry.expression, entry.timezone, entry.start, entry.end, entry.enabled, entry.flexible_window_minutes)
    return (entry.name, timing, entry.description, request.method, request.url, request.service, request.path)


def _row(group: list[Entry], timings: Timings, marks: Marks, now: datetime) -> Row:
    entry = group[0]
    stacks = tuple(each.stack for each in group if each.stack is not None) or None
    return Row(entry, stacks, timings.number(entry), _state(entry, now), marks.of(entry))


def _state(entry: Entry, now: datetime) -> str:
    if not entry.enabled:
        return "disabled"
    return "finished" if entry.finished(now) else "active"
