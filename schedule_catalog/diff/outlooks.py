"""Next fires and hazards of both sides of a change."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.diff.changes import Outlook
from schedule_catalog.hazards import Hazard, hazards
from schedule_catalog.volume import calls_per_month

if TYPE_CHECKING:
    from schedule_catalog.timing import Timing

FIRES = 5


def outlook(timing: Timing, now: datetime) -> Outlook:
    """Return the next fires of one side, and how often it calls."""
    fires = timing.upcoming(now, FIRES)
    return Outlook(timing.timezone, fires, calls_per_month(timing, now), timing.counts_from_deployment(now))


def new_hazards(before: Timing | None, after: Timing | None, now: datetime) -> tuple[Hazard, ...]:
    """Return the hazards of the side after the change that the side before it did not have."""
    known = frozenset(hazards(before, now)) if before else frozenset[Hazard]()
    return tuple(each for each in hazards(after, now) if each not in known) if after else ()
