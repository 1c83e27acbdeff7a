"""`schedules pause`."""

from __future__ import annotations

import shlex
from datetime import timedelta
from typing import TYPE_CHECKING

from schedule_catalog.cli import as_json
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.line.arguments import CATALOG, add_format
from schedule_catalog.cli.line.confirmation import confirmed
from schedule_catalog.cli.line.moments import any_span, span_text
from schedule_catalog.cli.line.pause_arguments import (
    add_pause_target,
    instant_with_offset,
    known_settings,
    read_target,
    service_urls,
    words_of,
)
from schedule_catalog.cli.line.stack_arguments import Reach, add_stack_arguments, reach, stack_words
from schedule_catalog.cli.line.stack_entries import stack_entries
from schedule_catalog.cli.output import say
from schedule_catalog.cli.rows import pauses as pause_rows
from schedule_catalog.operations import caller, pause, pause_effect, planned_pause
from schedule_catalog.wording import utc_minute

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator
    from datetime import datetime

    from schedule_catalog.cli.line.stack_arguments import Reached
    from schedule_catalog.entry import Entry
    from schedule_catalog.operations import PauseEffect, RunTimePause
    from schedule_catalog.settings import Settings

_DESCRIPTION = "Pause calls for a while: it takes effect within ten seconds and ends by itself."
_LONGEST_WAIT = timedelta(days=13)


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    add_pause_target(command)
    end = command.add_mutually_exclusive_group(required=True)
    end.add_argument("--for", dest="span", type=any_span, metavar="SPAN", help="for so long: 90m, 12h, 3d or 2w")
    end.add_argument(
        "--until", type=instant_with_offset, metavar="T", help="until this time, with Z or an offset: 2027-01-05T09:00Z"
    )
    command.add_argument("--reason", required=True, metavar="TEXT", help="why, for everybody who sees it")
    command.add_argument("--yes", action="store_true", help="do not ask")
    add_format(command)
    add_stack_arguments(command)


def run(options: Namespace, now: datetime, reach: Reach = reach) -> int:
    """Show what the pause will do, ask, and make it."""
    reached = reach(options)
    settings = known_settings(options, reached)
    entries = _entries(options, settings, now)
    target = read_target(options, reached, settings, {entry.owner for entry in entries.values()})
    until = options.until or now + options.span
    by = caller(reached.stack.clients)
    planned = planned_pause(reached.stack, target, until, options.reason, by, now)
    effect = pause_effect(reached.stack, planned, now, entries, service_urls(settings))
    with as_json.beside(options.format == "json"):
        say(*_introduction(reached, planned, effect, now))
    if not confirmed("pause?", options.yes):
        return PROBLEMS
    made = pause(reached.stack, target, until, options.reason, by, now)
    if options.format == "json":
        pause_rows.show_made(made, effect)
    else:
        again = shlex.join(("schedules", "resume", *words_of(made, reached.stack), *stack_words(options)))
        say(f'paused; it takes effect within 10 seconds: "{again}" ends it before its time')
    return CLEAN


def _entries(options: Namespace, settings: Settings | None, now: datetime) -> dict[str, Entry]:
    """Entries of the catalog by name, if there is one."""
    if settings is None or (options.catalog is None and not CATALOG.exists()):
        return {}
    try:
        entries = stack_entries(options, {settings.stack: settings}, settings.stack, now)
    except UsageError:
        return {}
    return {entry.name: entry for entry in entries}


def _introduction(reached: Reached, planned: RunTimePause, effect: PauseEffect, now: datetime) -> Iterator[str]:
    length, (schedules, *runs) = planned.ends - now, effect.lines
    yield f"{planned.title}, until {utc_minute(planned.ends)} ({span_text(length.total_seconds())}): {planned.reason}"
    yield f"  stack {reached.names.stack}, {reached.names.region}; {schedules}"
    yield from (f"  {line}" for line in runs)
    if length > _LONGEST_WAIT:
        yield f"  runs that wait longer than {_LONGEST_WAIT.days} days end undelivered"


COMMAND = Command(_DESCRIPTION, 'schedules pause --service billing --for 2h --reason "upgrade"', add_arguments, run)
