"""The next fires of schedules, as they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from schedule_catalog.expressions import changes, next_fires, parse, zone
from schedule_catalog.fires import entry_fires

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

HORIZON = datetime(2200, 1, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fire:
    """One fire.

    local: aware, in the schedule's zone.
    mark: what the clocks did since the fire before; empty when they did nothing that shows.
    """

    utc: datetime
    local: datetime
    mark: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """The next fires of one schedule.

    stacks: None for all of them.
    notes: what the times do not say.
    """

    name: str | None
    stacks: tuple[str, ...] | None
    expression: str
    timezone: str
    notes: tuple[str, ...]
    fires: tuple[Fire, ...]


def forecast_expression(expression: str, timezone: str, start: datetime, count: int) -> Forecast:
    """Return the next fires of an expression; raises ExpressionError and ZoneError."""
    moments = next_fires(expression, timezone, start, count)
    notes = (_from_now(start),) if parse(expression).kind == "rate" else ()
    return Forecast(None, None, expression, timezone, notes, tuple(_fires(moments, timezone, start)))


def forecast_entries(entries: Iterable[Entry], start: datetime, count: int) -> list[Forecast]:
    """Return the next fires of *entries*, once for the stacks that have the same."""
    alike: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        timing = (
            entry.expression,
            entry.timezone,
            entry.start,
            entry.end,
            entry.enabled,
            entry.flexible_window_minutes,
        )
        alike.setdefault((entry.name, *timing), []).append(entry)
    return [_forecast(group, start, count) for group in alike.values()]


def _forecast(group: list[Entry], start: datetime, count: int) -> Forecast:
    entry = group[0]
    stacks = tuple(each.stack for each in group if each.stack is not None) or None
    moments = islice(entry_fires(entry, start, HORIZON), count)
    fires = tuple(_fires(moments, entry.timezone, start))
    return Forecast(entry.name, stacks, entry.expression, entry.timezone, tuple(_notes(entry, start)), fires)


def _fires(moments: Iterable[datetime], timezone: str, start: datetime) -> Iterator[Fire]:
    local_zone = zone(timezone)
    before = start.astimezone(local_zone)
    for moment in moments:
        local = moment.astimezone(local_zone)
        yield Fire(moment, local, _mark(before, local, timezone))
        before = local


def _mark(before: datetime, local: datetime, timezone: str) -> str:
    """Tell of the last change of the clocks when the offset is another than at the fire before."""
    if before.utcoffset() == local.utcoffset():
        return ""
    *_, change = changes(timezone, before.astimezone(UTC), local.astimezone(UTC) + timedelta(minutes=1))
    old, new = (change.instant + offset for offset in (change.before, change.after))
    direction = "forward" if change.after > change.before else "back"
    return f"clocks went {direction} on {old:%Y-%m-%d}, {old:%H:%M} to {new:%H:%M}"


def _notes(entry: Entry, start: datetime) -> Iterator[str]:
    if not entry.enabled:
        yield "disabled"
    elif entry.expression.startswith("rate(") and entry.start is None:
        yield _from_now(start)
    if entry.flexible_window_minutes:
        yield f"up to {entry.flexible_window_minutes} minutes later"
    if entry.start and (entry.starts or start) > start:
        yield f"from {entry.start:%Y-%m-%d %H:%M}"
    if entry.end:
        yield f"until {entry.end:%Y-%m-%d %H:%M}"


def _from_now(start: datetime) -> str:
    return f"as if deployed at {start:%Y-%m-%d %H:%M} UTC"
