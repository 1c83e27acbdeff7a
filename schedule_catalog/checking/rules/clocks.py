"""Time zones, and the effect of their clock changes on local times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from schedule_catalog.checking.fault import Fault
from schedule_catalog.checking.rules.rule import DraftRule, EntryRule, Rule
from schedule_catalog.checking.rules.wording import dates
from schedule_catalog.checking.stacks import Pointer, Values, is_plain_rate, local_times, overrides
from schedule_catalog.expressions import ZoneError, changes, instants, zone
from schedule_catalog.hazards import hazards
from schedule_catalog.problem import Severity
from schedule_catalog.timing import PERIOD
from schedule_catalog.wall_time import wall_text, wall_time

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.rule import Context
    from schedule_catalog.entry import Entry


def _timezone(draft: Draft) -> Iterator[Fault]:
    """Find unknown zones, names that look like another offset, and zones of plain intervals."""
    name = draft.values.get("timezone")
    if name is None:
        return
    try:
        zone(name)
    except ZoneError as error:
        yield Fault(("timezone",), str(error))
    else:
        if warning := _reversed_sign(name):
            yield Fault(("timezone",), warning, Severity.WARNING)
    if draft.kind == "rate" and is_plain_rate(draft.values) and not _is_used_elsewhere(draft):
        message = '"timezone" has no meaning for a rate without "start", "end", "pause" or "not_on": remove it'
        yield Fault(("timezone",), message, at_key=True)


def _reversed_sign(name: str) -> str | None:
    if not name.startswith("Etc/"):
        return None
    from schedule_catalog.expressions.zone_names import reversed_sign

    return reversed_sign(name)


def _is_used_elsewhere(draft: Draft) -> bool:
    return any(map(_uses_zone, overrides(draft.values).values()))


def _uses_zone(override: Values | None) -> bool:
    return any(key in (override or ()) for key in ("cron", "at", *PERIOD, "not_on"))


def _local_time(draft: Draft) -> Iterator[Fault]:
    """Find times in a gap or a repeat of the zone; name the valid times around it, and UTC as the alternative."""
    values = draft.values
    if draft.timezone == "UTC" or not any(key in values for key in ("at", *PERIOD)):
        return
    try:
        zone(draft.timezone)
    except ZoneError:
        return
    if "at" in values:
        yield from _check_time(draft, ("at",), str(values["at"]))
    for pointer, text in local_times(values):
        yield from _check_time(draft, pointer, text)


def _check_time(draft: Draft, pointer: Pointer, text: str) -> Iterator[Fault]:
    try:
        wall = wall_time(text)
        found = instants(wall, draft.timezone)
    except (ValueError, OverflowError):
        return
    if len(found) == 1:
        return
    message = _skipped(text, wall, draft.timezone) if not found else _repeated(text, found, wall, draft.timezone)
    yield Fault(pointer, message)


def _skipped(text: str, wall: datetime, timezone: str) -> str:
    instant, before, after = _change_around(wall, timezone)
    last, first = wall_text(instant + before - timedelta(minutes=1)), wall_text(instant + after)
    return (
        f'"{text}" does not exist in {timezone}, where the clocks skip it: write "{last}" or earlier, '
        f'"{first}" or later, or in UTC, where the clocks change at "{wall_text(instant)}"'
    )


def _repeated(text: str, found: tuple[datetime, ...], wall: datetime, timezone: str) -> str:
    instant, before, after = _change_around(wall, timezone)
    earlier, later = wall_text(instant + after - timedelta(minutes=1)), wall_text(instant + before)
    passes = " or ".join(f'"{wall_text(each)}"' for each in found)
    return (
        f'"{text}" occurs twice in {timezone}, where the clocks go back: write timezone UTC with {passes}, '
        f'or "{earlier}" or earlier, "{later}" or later'
    )


def _change_around(wall: datetime, timezone: str) -> tuple[datetime, timedelta, timedelta]:
    """Clock change that *wall* falls into."""
    around = wall.replace(tzinfo=UTC)
    found = list(changes(timezone, around - timedelta(days=2), around + timedelta(days=2)))
    return next(change for change in found if _falls_into(change, around))


def _falls_into(change: tuple[datetime, timedelta, timedelta], wall: datetime) -> bool:
    instant, before, after = change
    return min(instant + before, instant + after) <= wall < max(instant + before, instant + after)


def _dst_gap(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find the fires that a clock change leaves out."""
    found = [each for each in hazards(entries[0].timing, context.now) if each.kind == "gap"]
    if found:
        remedy = 'choose another hour, or "timezone: UTC"'
        message = f"{found[0].text}{dates([each.local for each in found[1:]])}: {remedy}"
        yield Fault(("cron",), message, Severity.WARNING)


def _dst_repeat(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find the fires whose local time a clock change repeats."""
    found = [each for each in hazards(entries[0].timing, context.now) if each.kind == "repeat"]
    if found:
        remedy = 'if that matters, choose another hour, or "timezone: UTC"'
        message = f"{found[0].text}{dates([each.local for each in found[1:]])}: {remedy}"
        yield Fault(("cron",), message, Severity.WARNING)


TIMEZONE: DraftRule = Rule(
    "timezone",
    "a timezone is a name of the IANA database, and is written only where it has a meaning",
    _timezone,
)
LOCAL_TIME: DraftRule = Rule(
    "local-time",
    'a time in "at", "start", "end" or "pause" exists once in its zone',
    _local_time,
)
DST_GAP: EntryRule = Rule(
    "dst-gap",
    "a cron that fires fewer than 24 times a day has no local time that the clocks skip within two years",
    _dst_gap,
)
DST_REPEAT: EntryRule = Rule(
    "dst-repeat",
    "a cron that fires fewer than 24 times a day has no local time that occurs twice within two years",
    _dst_repeat,
)
