"""Rows of the report, one per schedule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.settings import handing_minutes
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry
    from schedule_catalog.pages.report.marks import Mark, Marks
    from schedule_catalog.pages.report.week import Weeks
    from schedule_catalog.settings import Settings


@frozen
class Row:
    """One schedule, once for all stacks that share its entry.

    stacks: None for every stack.
    week: the number of its week.
    free: whether only its deployment decides when it fires: the minutes of its week are those of a deployment now.
    state: "active", "disabled" or "finished".
    """

    entry: Entry
    stacks: tuple[str, ...] | None
    week: int
    free: bool
    state: str
    marks: tuple[Mark, ...]

    @property
    def target(self) -> str:
        """Target of the call, on one line."""
        request = self.entry.request
        return f"{request.method} {request.url or f'{request.service}: {request.path}'}"


def rows(
    entries: Iterable[Entry], weeks: Weeks, marks: Marks, now: datetime, settings: Mapping[str, Settings]
) -> list[Row]:
    """Return a row for each schedule, in the order of the entries; their fires are added to *weeks*."""
    alike: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        alike.setdefault(_shown(entry), []).append(entry)
    return [_row(group, weeks, marks, now, settings) for group in alike.values()]


def _shown(entry: Entry) -> tuple[object, ...]:
    """Key that distinguishes the entries of a schedule in the report."""
    request = entry.request
    return (entry.name, entry.timing, entry.description, request.method, request.url, request.service, request.path)


def _row(group: list[Entry], weeks: Weeks, marks: Marks, now: datetime, settings: Mapping[str, Settings]) -> Row:
    entry = group[0]
    stacks = tuple(each.stack for each in group if each.stack is not None) or None
    handing = max(handing_minutes(settings, each.stack) for each in group)
    state = entry.timing.off or ("finished" if entry.finished(now, handing) else "active")
    free = entry.timing.counts_from_deployment(now)
    return Row(entry, stacks, weeks.number(entry.timing), free, state, marks.of(entry))
