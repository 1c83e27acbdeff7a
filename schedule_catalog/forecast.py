"""Next fires of schedules, as displayed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from schedule_catalog.expressions import changes, zone
from schedule_catalog.timing import LAST, Timing

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry


@dataclass(frozen=True, slots=True)
class Fire:
    """One fire.

    local: aware, in the schedule's zone.
    mark: the clock change since the previous fire; empty without one.
    """

    utc: datetime
    local: datetime
    mark: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """Next fires of one schedule.

    stacks: None for all of them.
    notes: facts that the times do not show.
    """

    name: str | None
    stacks: tuple[str, ...] | None
    expression: str
    timezone: str
    notes: tuple[str, ...]
    fires: tuple[Fire, ...]


def forecast_expression(expression: str, timezone: str, start: datetime, count: int) -> Forecast:
    """Return the next fires of an expression; raises ExpressionError and ZoneError."""
    return _forecast(None, None, Timing.of(expression, timezone), start, count)


def forecast_entries(entries: Iterable[Entry], start: datetime, count: int, end: datetime = LAST) -> list[Forecast]:
    """Return the next *count* fires of each of *entries* before *end*, once for the stacks that share them."""
    alike: dict[tuple[str, Timing], list[str]] = {}
    for entry in entries:
        stacks = alike.setdefault((entry.name, entry.timing), [])
        stacks.extend([entry.stack] if entry.stack is not None else [])
    return [
        _forecast(name, tuple(stacks) or None, timing, start, count, end) for (name, timing), stacks in alike.items()
    ]


def _forecast(
    name: str | None, stacks: tuple[str, ...] | None, timing: Timing, start: datetime, count: int, end: datetime = LAST
) -> Forecast:
    fires = tuple(_fires(islice(timing.fires(start, end), count), timing.timezone, start))
    return Forecast(name, stacks, timing.expression, timing.timezone, tuple(_notes(timing, start)), fires)


def _fires(moments: Iterable[datetime], timezone: str, start: datetime) -> Iterator[Fire]:
    local_zone = zone(timezone)
    before = start.astimezone(local_zone)
    for moment in moments:
        local = moment.astimezone(local_zone)
        yield Fire(moment, local, _mark(before, local, timezone))
        before = local


def _mark(before: datetime, local: datetime, timezone: str) -> str:
    """Last clock change, if the offset differs from that at the previous fire."""
    if before.utcoffset() == local.utcoffset():
        return ""
    *_, change = changes(timezone, before.astimezone(UTC), local.astimezone(UTC) + timedelta(minutes=1))
    old, new = (change.instant + offset for offset in (change.before, change.after))
    direction = "forward" if change.after > change.before else "back"
    return f"clocks went {direction} on {old:%Y-%m-%d}, {old:%H:%M} to {new:%H:%M}"


def _notes(timing: Timing, start: datetime) -> Iterator[str]:
    if timing.off:
        yield timing.off
    elif timing.counts_from_deployment(start):
        yield f"as if deployed at {start:%Y-%m-%d %H:%M} UTC"
    if timing.flexible_window_minutes:
        yield f"up to {timing.flexible_window_minutes} minutes later"
    if first := timing.begins(start):
        yield f"from {first.astimezone(zone(timing.timezone)):%Y-%m-%d %H:%M}"
    if timing.end:
        yield f"until {timing.end:%Y-%m-%d %H:%M}"
