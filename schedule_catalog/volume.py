"""How often a schedule calls."""

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
    """Give a twelfth of the fires in the 365 days from *now* (aware), exactly counted.

    Months differ, and so do the seasons of many schedules; a year evens that out. A rate without a `start` counts as
    made now. Retries of a call are not counted.
    """
    return timing.count(now, now + YEAR) / MONTHS


def shortest_promised_interval(timings: Iterable[Timing], now: datetime) -> timedelta | None:
    """Return the shortest interval of the rates that fire without a beginning or an end; None where there is none.

    A cron promises nothing of a given hour, and what the clock adds or takes away must not change the answer.
    """
    promised = (each.promised_interval(now) for each in timings)
    return min((interval for interval in promised if interval is not None), default=None)
