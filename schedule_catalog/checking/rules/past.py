"""Schedules that are over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.context import Context
    from schedule_catalog.entry import Entry

ID = "past"
DOC = "a schedule that has ended is removed; a change may not add or edit one"


def check(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find times and ends that have passed: a warning, and an error for what this very change says."""
    timing = entries[0].timing
    if not timing.expired(context.now):
        return
    key = "at" if timing.fires_once else "end"
    when = f'"{draft.values[key]}" ({timing.timezone}) has passed'
    if any(map(context.is_edited, entries)):
        yield Fault((key,), f"{when}, so this would never fire: write a time to come, or remove the entry")
    else:
        yield Fault((key,), f'{when}: remove the entry, "schedules prune" does it', Severity.WARNING)
