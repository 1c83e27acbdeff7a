"""Next fires of schedules, as displayed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from schedule_catalog.expressions import changes, zone
from schedule_catalog.timing import LAST, Timing
from schedule_catalog.wording import counted, utc_minute
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry


@frozen
class Fire:
    """One fire.

    local: aware, in the schedule's zone.
    mark: fires left out, and the clock change, since the previous fire; empty without them.
    """

    utc: datetime
    local: datetime
    mark: str


@frozen
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
    fires = tuple(_fires(timing, islice(timing.fires(start, end), count), start))
    return Forecast(name, stacks, timing.expression, timing.timezone, tuple(_notes(timing, start)), fires)


def _fires(timing: Timing, moments: Iterable[datetime], start: datetime) -> Iterator[Fire]:
    local_zone = zone(timing.timezone)
    before, since = start.astimezone(local_zone), timing.begins(start) or start
    anchor = timing.anchor(start)
    skips = bool(timing.not_on or timing.freezes)
    for moment in moments:
        local = moment.astimezone(local_zone)
        mark = _mark(before, local, timing.timezone)
        before = local
        if skips:
            mark = "; ".join(filter(None, (_left_out(timing, since, moment, anchor), mark)))
            since = moment + timedelta(minutes=1)
        yield Fire(moment, local, mark)


def _left_out(timing: Timing, since: datetime, until: datetime, anchor: datetime) -> str:
    """Number of fires that calendars and freezes leave out of [since, until), with the reason of the first."""
    plain = timing.without_calendars()
    first = next(plain.fires(since, until, anchor), None)
    why = timing.exclusions.left_out(int(first.timestamp())) if first else None
    return f"after {counted(plain.count(since, until, anchor), 'fire')} {why.message}" if why else ""


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
        yield f"as if deployed at {utc_minute(start)}"
    if timing.flexible_window_minutes:
        yield f"up to {timing.flexible_window_minutes} minutes later"
    if timing.pause and timing.is_paused(start):
        yield f"paused until {timing.pause.until:%Y-%m-%d %H:%M}: {timing.pause.reason}"
    elif first := timing.begins(start):
        yield f"from {first.astimezone(zone(timing.timezone)):%Y-%m-%d %H:%M}"
    if timing.not_on:
        yield f"not on {', '.join(each.title for each in timing.not_on)}"
    if timing.freezes:
        yield f"not in {', '.join(each.title for each in timing.freezes)}"
    if timing.end:
        yield f"until {timing.end:%Y-%m-%d %H:%M}"
