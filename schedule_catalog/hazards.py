"""Fires that a clock change skips or repeats.

EventBridge Scheduler skips a cron whose local time does not exist and runs one whose local time occurs twice on its
first pass ("Daylight savings time on EventBridge Scheduler" in the user guide). The search covers only the clock
changes of a zone, each at the local times that it skips or repeats, not the fires of two years.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from schedule_catalog.expressions import Cron, Expression, OffsetChange, changes, fires
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.timing import Timing

HORIZON = timedelta(days=731)
"""Two years, including a leap day."""
FREQUENT = 24
"""A schedule with this many fires a day loses little with one fire."""

_MINUTE = timedelta(minutes=1)

Kind = Literal["gap", "repeat"]


@frozen
class Hazard:
    """Effect of a clock change on one schedule.

    local: the first local time (naive) of the schedule that is skipped or occurs twice.
    instant: UTC; for a gap, the change itself; for a repeat, the fire, which is on the first pass.
    text: a sentence for a reviewer, lower case, without a full stop.
    """

    kind: Kind
    local: datetime
    instant: datetime
    text: str

    @property
    def decisive(self) -> datetime:
        """Instant at which a fire must count to be a hazard: for a gap, the last minute before it."""
        return self.instant - _MINUTE if self.kind == "gap" else self.instant


class _Stretch(NamedTuple):
    """Local times (written as if they were UTC) in [since, until) that a change skips or repeats."""

    kind: Kind
    since: datetime
    until: datetime
    before: timedelta
    instant: datetime
    hours: frozenset[int]


def hazards(timing: Timing, now: datetime) -> tuple[Hazard, ...]:
    """Return the hazards of a timing at the clock changes in the two years from *now* (aware), one for each change.

    None for a rate, a one-time entry, a disabled one, and one that fires 24 times a day or more.
    """
    if timing.timezone == "UTC":
        return ()
    found = expression_hazards(timing.parsed, timing.timezone, now)
    return tuple(each for each in found if timing.counts(each.decisive))


@lru_cache(4096)
def expression_hazards(expression: Expression, timezone: str, now: datetime) -> tuple[Hazard, ...]:
    """Return the hazards of an expression in a zone, whatever the bounds of the entry."""
    if not isinstance(expression, Cron):
        return ()
    hours, minutes = expression.fields.hours.values, expression.fields.minutes.values
    if len(hours) * len(minutes) >= FREQUENT:
        return ()
    near = (each for each in _stretches(timezone, now) if not each.hours.isdisjoint(hours))
    return tuple(hazard for stretch in near for hazard in _hazard(expression, timezone, stretch))


def _hazard(cron: Cron, timezone: str, stretch: _Stretch) -> Iterator[Hazard]:
    """Hazard of a clock change: in UTC every local time exists once, so its fires there are its local times."""
    for wanted in islice(fires(cron, "UTC", stretch.since, stretch.until), 1):
        local = wanted.replace(tzinfo=None)
        when = f"{local:%Y-%m-%d} at {local:%H:%M} in {timezone}"
        if stretch.kind == "gap":
            text = f"does not fire on {when}, a time that the clocks skip"
            yield Hazard("gap", local, stretch.instant, text)
        else:
            instant = wanted - stretch.before
            text = f"fires on {when} on the first of two passes ({instant:%H:%M} UTC), as the clocks go back"
            yield Hazard("repeat", local, instant, text)


@lru_cache(1024)
def _stretches(timezone: str, now: datetime) -> tuple[_Stretch, ...]:
    return tuple(_stretch(change) for change in changes(timezone, now, now + HORIZON))


def _stretch(change: OffsetChange) -> _Stretch:
    instant, before, after = change
    since, until = sorted((instant + before, instant + after))
    last = until - _MINUTE
    hour = timedelta(hours=1)
    hours = frozenset((since + count * hour).hour for count in range((until - since) // hour + 1)) | {last.hour}
    return _Stretch("gap" if after > before else "repeat", since, until, before, instant, hours)
