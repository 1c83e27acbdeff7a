"""How often a schedule calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from schedule_catalog.fires import count_entry_fires

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

YEAR = timedelta(days=365)
MONTHS = 12


def calls_per_month(entry: Entry, now: datetime) -> float:
    """Give a twelfth of the fires in the 365 days from *now* (aware), exactly counted.

    Months differ, and so do the seasons of many schedules; a year evens that out. A rate without a `start` counts as
    made now. Retries of a call are not counted.
    """
    return count_entry_fires(entry, now, now + YEAR) / MONTHS
