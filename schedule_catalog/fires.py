"""When an entry fires: the only place where expression, bounds and state count together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.expressions import fires

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry


def entry_fires(entry: Entry, start: datetime, end: datetime, anchor: datetime | None = None) -> Iterator[datetime]:
    """Yield the fires of an entry in [start, end), in order, as aware UTC datetimes; a disabled entry has none.

    anchor: when a rate without a `start` of its own was made, which is its first fire; without it, *start*.
    """
    starts, ends = entry.starts, entry.ends
    first = max(start, starts) if starts else start
    last = min(end, ends) if ends else end
    if not entry.enabled or first >= last:
        return iter(())
    return fires(entry.expression, entry.timezone, first, last, starts or anchor)
