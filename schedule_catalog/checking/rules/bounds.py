"""The period of an entry: its bounds, what they leave, and what has passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.checking.fault import Fault
from schedule_catalog.checking.rules.rule import DraftRule, EntryRule, Rule
from schedule_catalog.expressions import Cron, nearest_exact
from schedule_catalog.problem import Severity
from schedule_catalog.timing import FIRST, TIMES
from schedule_catalog.wall_time import wall_time

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.rule import Context
    from schedule_catalog.entry import Entry


def _bounds(draft: Draft) -> Iterator[Fault]:
    """Find bounds that are no times, and periods without any time in them."""
    values = draft.values
    if not any(key in values for key in TIMES):
        return
    if draft.kind == "at":
        yield from _meaningless(draft)
        return
    read: dict[str, datetime] = {}
    for key in TIMES:
        if key in values:
            try:
                read[key] = wall_time(str(values[key]))
            except ValueError as error:
                yield Fault((key,), str(error))
    if "start" in read and "end" in read and read["start"] >= read["end"]:
        yield Fault(("end",), f'the end, "{values["end"]}", is not after the start, "{values["start"]}"')


def _meaningless(draft: Draft) -> Iterator[Fault]:
    for key in TIMES:
        if key in draft.values:
            yield Fault((key,), f'"{key}" has no meaning with "at", which is one time: remove it', at_key=True)


def _past(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find times and ends that have passed: a warning, and an error for what this very change says."""
    timing = entries[0].timing
    if not timing.expired(context.now):
        return
    key = "at" if timing.fires_once else "end"
    when = f'"{draft.values[key]}" ({timing.timezone}) has passed'
    if any(map(context.is_edited, entries)):
        yield Fault((key,), f"{when}, so this would never fire: write a time to come, or remove the entry")
    else:
        yield Fault((key,), f'{when}: remove the entry, "schedules prune" does it', Severity.WARNING)


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
    message = f'"{draft.values["cron"]}" never fires from now on: {_why_never(cron, context.now)}'
    yield Fault(("cron",), message, severity)


def _in_doubt(cron: Cron) -> bool:
    """Tell whether more than a glance is needed: in every year there are all weekdays, and all dates of a month."""
    dates, months, years = cron.fields.day_of_month.text, cron.fields.months.text, cron.fields.years.text
    return years != "*" or not (dates == "?" or months == "*")


def _why_never(cron: Cron, now: datetime) -> str:
    if cron.fields.years.values[-1] < now.year:
        return "its years have passed, so remove the entry or write years to come"
    return 'no month to come has that day, so write a date that exists, or "enabled: false" for runs by hand'


def _outside_period(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find bounds that leave no fire at all, whatever the time is now."""
    bounds = [key for key in TIMES if key in draft.values]
    if not bounds or entries[0].timing.switched_on().upcoming(FIRST, 1):
        return
    kind = str(draft.kind)
    period = " ".join(f'{key} "{draft.values[key]}"' for key in bounds)
    message = f'"{draft.values[kind]}" has no fire within {period}: move the period, or change the {kind}'
    yield Fault((bounds[-1],), message, Severity.WARNING)


def _rate_at_once(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Note the rates whose first fire is the deployment; told only to those who ask for notes."""
    if draft.kind != "rate" or "start" in draft.values:
        return
    if not context.notes and "rate-at-once" not in entries[0].accept:
        return
    message = f'"{draft.values["rate"]}" fires at once when it is created or replaced: give it a "start" to say when'
    yield Fault(("rate",), message, Severity.NOTE)


def _rate_start(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find the rates that lose their `start`: no cron has their fires, and AWS takes no start that has passed."""
    timing = entries[0].timing
    if "start" not in draft.values or not timing.free_interval:
        return
    since = '"start" has passed, so' if timing.begun(context.now) else 'once "start" has passed,'
    exact = " or ".join(f'"{each}"' for each in nearest_exact(timing.free_interval))
    message = f'{since} each edit starts the count of "{draft.values["rate"]}" again: write {exact} to keep it'
    yield Fault(("rate",), message, Severity.WARNING)


BOUNDS: DraftRule = Rule(
    "bounds",
    '"start" and "end" are wall times of a recurring schedule, and "start" is before "end"',
    _bounds,
)
PAST: EntryRule = Rule(
    "past",
    "a schedule that has ended is removed; a change may not add or edit one",
    _past,
)
NEVER_FIRES: EntryRule = Rule(
    "never-fires",
    "a cron that is enabled has a time to come: its date exists, and its years have not passed",
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
