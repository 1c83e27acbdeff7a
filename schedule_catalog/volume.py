"""Number of calls of a schedule."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from schedule_catalog.timing import Timing

YEAR = timedelta(days=365)
MONTHS = 12


def calls_per_month(timing: Timing, now: datetime) -> float:
    """Return a twelfth of the fires in the 365 days from *now* (aware), exactly counted.

    Months differ, and so do the seasons of many schedules; a year evens that out. A rate without a `start` counts as
    created now. Retries of a call are not counted.
    """
    return timing.count(now, now + YEAR) / MONTHS


def shortest_promised_interval(timings: Iterable[Timing], now: datetime) -> timedelta | None:
    """Return the shortest interval of the rates that fire without a beginning or an end; None without any.

    Crons do not count: they may not fire in a given hour, and clock changes must not change the result.
    """
    promised = (each.promised_interval(now) for each in timings)
    return min((interval for interval in promised if interval is not None), default=None)
