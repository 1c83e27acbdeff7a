"""Local times that a change of the clocks skips or repeats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.expressions import ZoneError, changes, instants, zone
from schedule_catalog.wall_time import wall_time

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "local-time"
DOC = 'a time in "at", "start" or "end" exists once in its zone'


def check(draft: Draft) -> Iterator[Fault]:
    """Find times in a gap or a repeat of the zone, with the valid times around it and UTC as the way out."""
    values = draft.values
    if draft.timezone == "UTC" or not ("at" in values or "start" in values or "end" in values):
        return
    try:
        zone(draft.timezone)
    except ZoneError:
        return
    for key in ("at", "start", "end"):
        if key in values:
            yield from _check_time(draft, key)


def _check_time(draft: Draft, key: str) -> Iterator[Fault]:
    try:
        wall = wall_time(str(draft.values[key]))
        found = instants(wall, draft.timezone)
    except (ValueError, OverflowError):
        return
    if len(found) == 1:
        return
    text = draft.values[key]
    message = _skipped(text, wall, draft.timezone) if not found else _repeated(text, found, wall, draft.timezone)
    yield Fault((key,), message)


def _skipped(text: str, wall: datetime, timezone: str) -> str:
    instant, before, after = _change(wall, timezone)
    last, first = _wall(instant + before - timedelta(minutes=1)), _wall(instant + after)
    return (
        f'"{text}" does not exist in {timezone}, where the clocks skip it: write "{last}" or earlier, '
        f'"{first}" or later, or in UTC, where the clocks change at "{_wall(instant)}"'
    )


def _repeated(text: str, found: tuple[datetime, ...], wall: datetime, timezone: str) -> str:
    instant, before, after = _change(wall, timezone)
    earlier, later = _wall(instant + after - timedelta(minutes=1)), _wall(instant + before)
    passes = " or ".join(f'"{_wall(each)}"' for each in found)
    return (
        f'"{text}" occurs twice in {timezone}, where the clocks go back: write timezone UTC with {passes}, '
        f'or "{earlier}" or earlier, "{later}" or later'
    )


def _change(wall: datetime, timezone: str) -> tuple[datetime, timedelta, timedelta]:
    """The change of the clocks that *wall* falls into."""
    around = wall.replace(tzinfo=UTC)
    found = list(changes(timezone, around - timedelta(days=2), around + timedelta(days=2)))
    return next(change for change in found if _covers(change, around))


def _covers(change: tuple[datetime, timedelta, timedelta], wall: datetime) -> bool:
    instant, before, after = change
    return min(instant + before, instant + after) <= wall < max(instant + before, instant + after)


def _wall(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")
