"""Next fires and hazards of both sides of a change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING

from schedule_catalog.diff.changes import Outlook
from schedule_catalog.expressions import zone
from schedule_catalog.hazards import Hazard, hazards
from schedule_catalog.volume import YEAR, calls_per_month
from schedule_catalog.wording import counted
from schedule_client.contract.records import replace

if TYPE_CHECKING:
    from schedule_catalog.timing import Timing

FIRES = 5


def outlook(timing: Timing, now: datetime) -> Outlook:
    """Return the next fires of one side, and how often it calls."""
    fires = timing.upcoming(now, FIRES)
    return Outlook(timing.timezone, fires, calls_per_month(timing, now), timing.counts_from_deployment(now))


def left_out(before: Timing, after: Timing, now: datetime) -> Iterator[str]:
    """Yield how many fires a change of pauses, calendars and freezes takes and gives in the next year."""
    plain = replace(after, pause=None, not_on=(), freezes=())
    if plain != replace(before, pause=None, not_on=(), freezes=()) or before == after:
        return
    pauses = [each.pause for each in (before, after) if each.pause]
    both = replace(
        plain,
        pause=max(pauses, key=lambda each: each.until, default=None),
        not_on=(*before.not_on, *after.not_on),
        freezes=(*before.freezes, *after.freezes),
    )
    for of, word in ((before, "fewer"), (after, "more")):
        count = of.count(now, now + YEAR, now) - both.count(now, now + YEAR, now)
        if count:
            first = _first_other(of.fires(now, now + YEAR, now), both.fires(now, now + YEAR, now))
            local = first.astimezone(zone(of.timezone))
            when = f"{local:%a %Y-%m-%d %H:%M} {of.timezone}"
            yield f"{counted(count, f'{word} fire', f'{word} fires')} in the next year, the first on {when}"


def _first_other(fires: Iterator[datetime], others: Iterator[datetime]) -> datetime:
    """The first fire that the others, all of which are among these, do not have."""
    return next(fire for fire, other in zip_longest(fires, others) if fire != other)


def new_hazards(before: Timing | None, after: Timing | None, now: datetime) -> tuple[Hazard, ...]:
    """Return the hazards of the side after the change that the side before it did not have."""
    known = frozenset(hazards(before, now)) if before else frozenset[Hazard]()
    return tuple(each for each in hazards(after, now) if each not in known) if after else ()
