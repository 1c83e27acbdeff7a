"""Periods in which a schedule never fires."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.expressions import fires
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.context import Context
    from schedule_catalog.entry import Entry

ID = "outside-period"
DOC = 'a schedule fires at least once between "start" and "end"'

_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def check(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find bounds that leave no fire at all, whatever the time is now."""
    entry = entries[0]
    if draft.expression is None or (entry.start is None and entry.end is None):
        return
    starts, ends = entry.starts or _FIRST, entry.ends or _LAST
    if next(fires(draft.expression, draft.timezone, starts, ends), None) is not None:
        return
    kind = str(draft.kind)
    period = " ".join(f'{key} "{draft.values[key]}"' for key in ("start", "end") if key in draft.values)
    message = f'"{draft.values[kind]}" has no fire within {period}: move the period, or change the {kind}'
    yield Fault(("end",) if entry.end else ("start",), message, Severity.WARNING)
