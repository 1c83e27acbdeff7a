"""Period of an entry: its bounds, the fires between them, and times in the past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.checking.fault import Fault
from schedule_catalog.checking.rules.rule import DraftRule, EntryRule, Rule
from schedule_catalog.checking.stacks import Pointer, local_times
from schedule_catalog.expressions import Cron, nearest_exact
from schedule_catalog.problem import Severity
from schedule_catalog.timing import FIRST, PERIOD
from schedule_catalog.wall_time import wall_time

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.rule import Context
    from schedule_catalog.entry import Entry


def _bounds(draft: Draft) -> Iterator[Fault]:
    """Find bounds that are not times, and empty periods."""
    values = draft.values
    if draft.kind == "at":
        yield from _meaningless(draft)
        return
    read: dict[Pointer, datetime] = {}
    for pointer, text in local_times(values):
        try:
            read[pointer] = wall_time(text)
        except ValueError as error:
            yield Fault(pointer, str(error))
    start, end = read.get(("start",)), read.get(("end",))
    if start and end and start >= end:
        yield Fault(("end",), f'the end, "{values["end"]}", is not after the start, "{values["start"]}"')


def _meaningless(draft: Draft) -> Iterator[Fault]:
    for key in PERIOD:
        if key in draft.values:
            yield Fault((key,), f'"{key}" has no meaning with "at", which is one time: remove it', at_key=True)


def _past(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find past times and ends: a warning, or an error when this change writes them."""
    timing = entries[0].timing
    if not timing.expired(context.now):
        return
    key = "at" if timing.fires_once else "end"
    when = f'"{draft.values[key]}" ({timing.timezone}) has passed'
    if any(map(context.is_edited, entries)):
        yield Fault((key,), f"{when}, so this never fires: write a future time, or remove the entry")
    else:
        yield Fault((key,), f'{when}: remove the entry, or run "schedules prune"', Severity.WARNING)


def _never_fires(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find dates that no year has, and years that have passed."""
    timing = entries[0].timing
    cron = timing.parsed
    if timing.off or not isinstance(cron, Cron) or not _in_doubt(cron):
        return
    if timing.unbounded().upcoming(context.now, 1):
        return
    edited = any(map(context.is_edited, entries))
    severity = Severity.ERROR if edited else Severity.WARNING
    message = f'"{draft.values["cron"]}" never fires: {_why_never(cron, context.now)}'
    yield Fault(("cron",), message, severity)


def _in_doubt(cron: Cron) -> bool:
    """Whether a full search is needed: every year has all weekdays and, in some month, all days up to 31."""
    dates, months, years = cron.fields.day_of_month.text, cron.fields.months.text, cron.fields.years.text
    return years != "*" or not (dates == "?" or months == "*")


def _why_never(cron: Cron, now: datetime) -> str:
    if cron.fields.years.values[-1] < now.year:
        return "its years have passed; write future years, or remove the entry"
    return 'its date does not exist; write one that does, or "enabled: false" to fire it only by hand'


def _outside_period(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find bounds that leave no fire, whatever the current time is."""
    bounds = dict(local_times(draft.values))
    if not bounds or entries[0].timing.switched_on().without_calendars().upcoming(FIRST, 1):
        return
    kind = str(draft.kind)
    period = " ".join(f'{pointer[0]} "{text}"' for pointer, text in bounds.items())
    message = f'"{draft.values[kind]}" has no fire within {period}: move the period, or change the {kind}'
    yield Fault(list(bounds)[-1], message, Severity.WARNING)


def _rate_at_once(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Note the rates whose first fire is the deployment; only reported when notes are requested."""
    if draft.kind != "rate" or "start" in draft.values:
        return
    if not context.notes and "rate-at-once" not in entries[0].accept:
        return
    message = f'"{draft.values["rate"]}" fires as soon as it is created or replaced: add "start" to choose when'
    yield Fault(("rate",), message, Severity.NOTE)


def _rate_start(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find the rates that lose their `start`: no cron has their fires, and AWS refuses a past start."""
    timing = entries[0].timing
    if "start" not in draft.values or not timing.free_interval:
        return
    since = '"start" has passed, so' if timing.begun(context.now) else 'once "start" has passed,'
    exact = " or ".join(f'"{each}"' for each in nearest_exact(timing.free_interval))
    message = f'{since} each edit restarts the count of "{draft.values["rate"]}": write {exact} to keep it'
    yield Fault(("rate",), message, Severity.WARNING)


BOUNDS: DraftRule = Rule(
    "bounds",
    '"start", "end" and the end of a "pause" are wall times of a recurring schedule, and "start" is before "end"',
    _bounds,
)
PAST: EntryRule = Rule(
    "past",
    "remove a schedule that has ended; a change must not add or edit one",
    _past,
)
NEVER_FIRES: EntryRule = Rule(
    "never-fires",
    "an enabled cron has a future fire: its date exists, and its years have not passed",
    _never_fires,
)
OUTSIDE_PERIOD: EntryRule = Rule(
    "outside-period",
    'a schedule fires at least once between "start" and "end"',
    _outside_period,
)
RATE_AT_ONCE: EntryRule = Rule(
    "rate-at-once",
    'a rate without "start" fires as soon as its schedule is created or replaced, and counts from there',
    _rate_at_once,
)
RATE_START: EntryRule = Rule(
    "rate-start",
    'a rate with a "start" has an interval that a cron can keep after the start',
    _rate_start,
)
