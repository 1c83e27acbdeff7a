"""`schedules history`."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.line.moments import since
from schedule_catalog.cli.line.pause_arguments import known_services
from schedule_catalog.cli.line.stack_arguments import Reach, add_stack_arguments, reach
from schedule_catalog.cli.line.stack_entries import stack_entries, stack_settings
from schedule_catalog.cli.rows import history as history_rows
from schedule_catalog.cli.text import history as history_text
from schedule_catalog.operations import (
    MEMORY,
    failures,
    find_schedule,
    get_schedule,
    identities,
    missed_runs,
    pause_acts,
    runs_of,
    subject_of,
)
from schedule_catalog.settings import handing_minutes

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping
    from datetime import datetime

    from schedule_catalog.operations import Deployed, FoundSchedule, PauseAct, RunRecord

_DESCRIPTION = "Show the run ledger: runs of a schedule, failed runs, missed fires."
LAST_RUNS = 20
_DAY = timedelta(days=1)
PRINTERS = {"text": history_text, "json": history_rows}


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    what = command.add_mutually_exclusive_group()
    what.add_argument("name", nargs="?", metavar="NAME", help="name or ARN of the schedule (default: as --failed)")
    what.add_argument("--failed", action="store_true", help="undelivered and skipped runs of all schedules")
    what.add_argument("--missed", action="store_true", help="fires that the catalog promised and that have no run")
    command.add_argument(
        "--since",
        type=since,
        metavar="T",
        help=f"90m, 12h, 3d, or ISO 8601 (default: the last {LAST_RUNS} runs of NAME, otherwise one day)",
    )
    command.add_argument("--format", choices=PRINTERS, default="text", help="default: %(default)s")
    add_stack_arguments(command)


def run(options: Namespace, now: datetime, reach: Reach = reach) -> int:
    """Print the runs; return 1 if some failed or were missed."""
    reached = reach(options)
    printer = PRINTERS[options.format]
    if options.name is not None:
        printer.show_runs(*_runs(reached.stack, options, now))
        return CLEAN
    begin = max(options.since(now) if options.since else now - _DAY, now - MEMORY)
    if not options.missed:
        failed = failures(reached.stack, begin, now)
        printer.show_failed(failed, begin, [act for act in pause_acts(reached.stack) if act.at >= begin])
        return PROBLEMS if any(record.state == "undelivered" for record in failed) else CLEAN
    name = reached.names.stack
    settings = stack_settings(options, name, reached.names.project)
    known = {name: settings} if settings else {}
    handing = handing_minutes(known, name)
    search = missed_runs(reached.stack, stack_entries(options, known, name, now), begin, now, handing)
    printer.show_missed(search)
    return PROBLEMS if any(not each.doubt for each in search.missed) else CLEAN


def _runs(stack: Deployed, options: Namespace, now: datetime) -> tuple[list[RunRecord], str, list[PauseAct]]:
    """Runs of a schedule, which may be deleted, its time zone (UTC when unknown), and its pauses."""
    begin, most = (options.since(now), None) if options.since else (now - MEMORY, LAST_RUNS)
    for identity in identities(stack, options.name):
        schedule = get_schedule(stack, identity.group, identity.name)
        runs = list(islice(runs_of(stack, identity, begin, most), most))
        if runs or schedule is not None:
            return (
                runs,
                schedule.timezone if schedule else "UTC",
                _acts(stack, schedule, begin, known_services(options, stack)),
            )
    find_schedule(stack, options.name)  # says what it may have been meant for
    return [], "UTC", []


def _acts(
    stack: Deployed, schedule: FoundSchedule | None, begin: datetime, services: Mapping[str, str]
) -> list[PauseAct]:
    if schedule is None:
        return []
    subject = subject_of(stack, schedule, services)
    return [act for act in pause_acts(stack) if act.at >= begin and act.pause.covers(subject)]


COMMAND = Command(_DESCRIPTION, "schedules history close-invoices --since 3d", add_arguments, run)
