"""Rules for pauses, calendars and freezes, which keep an entry from firing for a while."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from schedule_catalog.checking.fault import Fault
from schedule_catalog.checking.rules.rule import CalendarRule, ContextRule, EntryRule, Rule
from schedule_catalog.problem import Problem, Severity
from schedule_catalog.wording import suggestion

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.calendars import Calendars
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.rule import Context
    from schedule_catalog.entry import Entry
    from schedule_catalog.timing import Timing

_YEAR = timedelta(days=365)


def _calendar(draft: Draft, context: Context) -> Iterator[Fault]:
    """Find names that no file of the folder has, and files that cannot be read."""
    known, broken = context.calendars.known, context.calendars.broken
    if known is None:
        return
    for index, name in enumerate(draft.values.get("not_on") or ()):
        if name in broken:
            yield Fault(("not_on", index), f'the calendar "{name}" has errors: fix its file first')
        elif name not in known:
            instead = suggestion(name, known) if known else f'add "{PurePath(context.calendars.folder, name)}.yaml"'
            yield Fault(("not_on", index), f'unknown calendar "{name}": {instead}')


def _pause(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find pauses that are over, and say nothing any more."""
    timing = entries[0].timing
    if timing.pause and not timing.is_paused(context.now):
        until = draft.values["pause"]["until"]
        message = f'the pause ended at "{until}" ({timing.timezone}): remove it, "schedules prune" does it'
        yield Fault(("pause", "until"), message, Severity.WARNING)


def _left_out(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find one-time entries inside their own calendar, or inside a freeze of one of their stacks."""
    timing, calendars = entries[0].timing, context.calendars
    due = timing.expires
    if not timing.fires_once or due is None or timing.expired(context.now):
        return
    own = calendars.of_entry(draft.values.get("not_on") or (), draft.timezone)
    stacks = calendars.freezes if draft.variant.stacks is None else draft.variant.stacks
    frozen = () if "fires_in_freezes" in draft.values else [(each, calendars.freezes_of(each)) for each in stacks]
    instant = int(due.timestamp())
    for calendar in own:
        for *_, why in calendar.between(instant, instant + 1):
            yield Fault(("at",), f"{_inside(draft, 'calendar', calendar.title, why)}: write another time")
    for stack, freezes in frozen:
        for calendar in freezes:
            for *_, why in calendar.between(instant, instant + 1):
                instead = 'write another time, or why it is called all the same as "fires_in_freezes"'
                yield Fault(("at",), f'{_inside(draft, "freeze", calendar.title, why)} of "{stack}": {instead}')


def _inside(draft: Draft, kind: str, title: str, why: str) -> str:
    return f'"{draft.values["at"]}" is inside the {kind} "{title}"{f" ({why})" if why else ""}'


def _not_on(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find calendars that leave an entry no fire in a year in which it has some without them."""
    for entry in entries if entries[0].timing.not_on else ():
        timing = entry.timing.switched_on()
        start = timing.begins(context.now) or context.now
        if _fires(timing.without_calendars(), start) and not _fires(timing, start):
            names = ", ".join(f'"{each.title}"' for each in timing.not_on)
            leave = "leaves" if len(timing.not_on) == 1 else "together leave"
            message = f"{names} {leave} out every fire of a year: name other calendars, or change the {draft.kind}"
            yield Fault(("not_on",), message, Severity.WARNING)
            return


def _fires(timing: Timing, start: datetime) -> bool:
    return next(timing.fires(start, start + _YEAR), None) is not None


def _freeze(calendars: Calendars) -> Iterator[Problem]:
    """Find freezes that no file has, and those whose days would be other ones in each zone."""
    if calendars.known is None:
        return
    stacks: dict[str, list[str]] = {}
    for stack, names in sorted(calendars.freezes.items()):
        for name in names:
            stacks.setdefault(name, []).append(f'"{stack}"')
    for name, users in stacks.items():
        frozen = f"{', '.join(users)} {'freezes' if len(users) == 1 else 'freeze'} in this calendar"
        found = calendars.known.get(name)
        if found is None and name not in calendars.broken:
            path = str(PurePath(calendars.folder, f"{name}.yaml"))
            message = f"{frozen}, and there is no such file: {suggestion(name, calendars.known)}"
            yield Problem(path, 1, 1, FREEZE.id, Severity.ERROR, message)
        elif found is not None and found.timezone is None:
            yield Problem.at(found.place, FREEZE.id, f'{frozen}, which has no "timezone": state one, such as "UTC"')


CALENDAR: ContextRule = Rule(
    "calendar",
    "a calendar is a file of the folder of calendars, with days and local times that exist, and some to come",
    _calendar,
)
PAUSE: EntryRule = Rule(
    "pause",
    "a pause that has ended is removed",
    _pause,
)
LEFT_OUT: EntryRule = Rule(
    "left-out",
    "a one-time schedule is due outside of its calendars and of the freezes of its stacks",
    _left_out,
)
NOT_ON: EntryRule = Rule(
    "not-on",
    "calendars leave a schedule at least one fire in a year",
    _not_on,
)
FREEZE: CalendarRule = Rule(
    "freeze",
    "a freeze of a stack is a calendar that states its timezone",
    _freeze,
)
