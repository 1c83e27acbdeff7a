"""`schedules plan`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.github import plan as plan_markdown
from schedule_catalog.cli.line.arguments import CATALOG, add_settings
from schedule_catalog.cli.line.sources import catalog_paths, known_settings
from schedule_catalog.cli.line.stack_entries import stack_entries
from schedule_catalog.cli.output import say
from schedule_catalog.cli.rows import plan as plan_rows
from schedule_catalog.cli.text import plan as plan_text
from schedule_catalog.deployment.plan import Plan, read_plan, tell_clock
from schedule_catalog.errors import PlanError, os_reason
from schedule_catalog.settings import Settings, handing_minutes

_DESCRIPTION = (
    'Show the steps of a deployment from the output of "pulumi preview --json", and which of them only the clock '
    "causes: finished schedules to delete, a start that has passed."
)


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument(
        "preview", type=Path, metavar="FILE", help='output of "pulumi preview --json"; "-" is the standard input'
    )
    command.add_argument(
        "--drift", action="store_true", help="exit with 1 if there is a step that the clock did not cause"
    )
    command.add_argument(
        "--catalog", type=Path, action="append", metavar="PATH", help=f"file or folder (default: {CATALOG})"
    )
    add_settings(command)
    command.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="default: %(default)s")


def run(options: Namespace, now: datetime) -> int:
    """Show the plan; return 1 for errors, or for the steps that the options ask about."""
    plan = _plan(options.preview)
    if plan.stack:
        settings = _settings(options)
        stack = next((each.stack for each in settings.values() if plan.stack in each.shards), plan.stack)
        plan = tell_clock(plan, stack_entries(options, settings, stack, now), now, handing_minutes(settings, stack))
    if options.format == "json":
        plan_rows.show(plan)
    elif options.format == "markdown":
        say(*plan_markdown.comment(plan, drift=options.drift).splitlines())
    else:
        say(*plan_text.lines(plan))
    return PROBLEMS if plan.errors or (options.drift and plan.drifted) else CLEAN


def _settings(options: Namespace) -> dict[str, Settings]:
    """Settings by stack; none if they are invalid, which the preview reports."""
    try:
        return known_settings(catalog_paths(options.catalog), options.settings, None)
    except UsageError:
        return {}


def _plan(path: Path) -> Plan:
    try:
        return read_plan(sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes())
    except PlanError as error:
        raise UsageError(f'"{path}" is not a preview: {error}') from error
    except OSError as error:
        raise UsageError(f'"{path}" cannot be read: {os_reason(error)}') from error


COMMAND = Command(_DESCRIPTION, "schedules plan preview.json", add_arguments, run)
