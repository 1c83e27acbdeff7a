"""`schedules resume`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.exit_status import CLEAN
from schedule_catalog.cli.line.arguments import add_format
from schedule_catalog.cli.line.pause_arguments import add_pause_target, known_settings, named, read_target
from schedule_catalog.cli.line.stack_arguments import Reach, add_stack_arguments, reach
from schedule_catalog.cli.output import say
from schedule_catalog.cli.rows import pauses as pause_rows
from schedule_catalog.operations import caller, current_target, resume

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from datetime import datetime

_DESCRIPTION = "End a pause before its time."


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    add_pause_target(command)
    add_format(command)
    add_stack_arguments(command)


def run(options: Namespace, now: datetime, reach: Reach = reach) -> int:
    """End the pause of what is named, which may be gone; other pauses of the same calls still hold them."""
    reached = reach(options)
    target = current_target(reached.stack, *named(options), now)
    if target is None:
        target = read_target(options, reached, known_settings(options, reached))
    ended = resume(reached.stack, target, caller(reached.stack.clients), now)
    if options.format == "json":
        pause_rows.show_ended(ended)
    else:
        say(f"resumed {ended.title}: new runs are called within 10 seconds, those that wait within 5 minutes")
    return CLEAN


COMMAND = Command(_DESCRIPTION, "schedules resume --service billing", add_arguments, run)
