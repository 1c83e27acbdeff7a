"""Periods in which a schedule never fires."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.problem import Severity
from schedule_catalog.timing import FIRST

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.context import Context
    from schedule_catalog.entry import Entry

ID = "outside-period"
DOC = 'a schedule fires at least once between "start" and "end"'


def check(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find bounds that leave no fire at all, whatever the time is now."""
    bounds = [key for key in ("start", "end") if key in draft.values]
    if not bounds or entries[0].timing.switched_on().upcoming(FIRST, 1):
        return
    kind = str(draft.kind)
    period = " ".join(f'{key} "{draft.values[key]}"' for key in bounds)
    message = f'"{draft.values[kind]}" has no fire within {period}: move the period, or change the {kind}'
    yield Fault((bounds[-1],), message, Severity.WARNING)
