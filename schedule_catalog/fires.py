"""When an entry fires: the only place where expression, bounds and state count together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.expressions import count_fires, fires

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry


def entry_fires(entry: Entry, start: datetime, end: datetime, anchor: datetime | None = None) -> Iterator[datetime]:
    """Yield the fires of an entry in [start, end), in order, as aware UTC datetimes; a disabled entry has none.

    anchor: when a rate without a `start` of its own was made, which is its first fire; without it, *start*.
    """
    period = _period(entry, start, end)
    if period is None:
        return iter(())
    return fires(entry.expression, entry.timezone, *period, entry.starts or anchor)


def count_entry_fires(entry: Entry, start: datetime, end: datetime, anchor: datetime | None = None) -> int:
    """Count what `entry_fires` yields, without going through it."""
    period = _period(entry, start, end)
    if period is None:
        return 0
    return count_fires(entry.expression, entry.timezone, *period, entry.starts or anchor)


def _period(entry: Entry, start: datetime, end: datetime) -> tuple[datetime, datetime] | None:
    """The part of [start, end) in which the entry may fire."""
    starts, ends = entry.starts, entry.ends
    first = max(start, starts) if starts else start
    last = min(end, ends) if ends else end
    return (first, last) if entry.enabled and first < last else None
