"""`schedules status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.github.escaping import pre_block
from schedule_catalog.cli.line.pause_arguments import service_urls
from schedule_catalog.cli.line.stack_arguments import Reach, add_stack_arguments, reach
from schedule_catalog.cli.line.stack_entries import stack_catalog, stack_settings
from schedule_catalog.cli.output import say
from schedule_catalog.cli.rows import status as status_rows
from schedule_catalog.cli.text.alarms import alarm_lines
from schedule_catalog.cli.text.board import board_lines
from schedule_catalog.cli.text.pauses import pause_lines
from schedule_catalog.cli.text.summary import warn_omitted
from schedule_catalog.cli.text.table import aligned
from schedule_catalog.operations import overview, stack_status, take_inventory
from schedule_catalog.wording import suggestion

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from schedule_catalog.cli.line.stack_arguments import Reached
    from schedule_catalog.operations import Depth, StackStatus

_DESCRIPTION = "Show every schedule, the worst first, the differences between AWS and the catalog, and the queues."
_ADVICE = {
    "undelivered": 'see "schedules undelivered list"',
    "scheduler-dlq": 'see "schedules undelivered list"',
    "retry": "wait for the next attempt",
}


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument("--owner", metavar="NAME", help="show only the schedules of this owner")
    command.add_argument(
        "--format",
        choices=("text", "markdown", "json"),
        default="text",
        help="markdown has only the differences from the catalog (default: %(default)s)",
    )
    add_stack_arguments(command)


def run(options: Namespace, now: datetime, reach: Reach = reach) -> int:
    """Print the status; return 0 only if AWS matches the catalog."""
    reached = reach(options)
    settings = stack_settings(options, reached.names.stack, reached.names.project)
    if settings is None:
        raise UsageError(f'no settings for the stack "{reached.names.stack}": specify them with --settings')
    catalog = stack_catalog(options, {settings.stack: settings}, settings.stack, now)
    entries, errors = catalog.entries, len(catalog.errors)
    warn_omitted(errors)
    if options.format == "markdown":
        inventory = take_inventory(reached.stack, entries, settings, now)
        status = stack_status(reached.stack, inventory, settings, reached.names)
        say(*pre_block(_lines(status, reached, errors, options.local)).splitlines())
        return PROBLEMS if status.drifted else CLEAN
    status, rows = overview(reached.stack, entries, settings, reached.names, now, service_urls(settings))
    owners = {row.owner for row in rows.rows if row.owner} | {*settings.owners}
    if options.owner and options.owner not in owners:
        raise UsageError(
            f'the stack "{settings.stack}" has no owner "{options.owner}": {suggestion(options.owner, owners)}'
        )
    if options.format == "json":
        status_rows.show(status, rows, reached.names, now)
    else:
        say(
            *board_lines(rows, options.owner),
            "",
            *alarm_lines(status.alarms),
            *pause_lines(status.pauses, now),
            *_lines(status, reached, errors, options.local),
        )
    return PROBLEMS if status.drifted else CLEAN


def _lines(status: StackStatus, reached: Reached, errors: int, local: bool) -> Iterator[str]:
    known = status.matching + len(status.missing) + len(status.changed)
    where = f"stack {reached.names.stack}, {reached.names.region}"
    yield f"{where}: {status.matching} of {known} schedules match the catalog"
    yield from _names('missing: not in AWS, "pulumi up" creates them', status.missing)
    unread = f", or among its entries with errors ({errors:,})" if errors else ""
    yield from _names(f"extra: in AWS, but not in this catalog{unread}", status.extra)
    if status.changed:
        yield "changed: by hand, or since the last deployment"
    for changed in status.changed:
        yield f"  {changed.name}"
        rows = [(each.field, each.wanted, each.found) for each in changed.differences]
        yield from aligned([("field", "catalog", "AWS"), *rows], indent="    ")
    yield from _names('finished: the next "pulumi up" deletes them', status.finished)
    yield from _names("disabled: they do not fire", status.disabled)
    if not local:  # where no Pulumi state has a key
        yield from _first_keys(status.first_keys)
    yield from _mute_topics(status.mute_topics)
    yield from aligned([("queue", "messages", ""), *map(_depth, status.queues)])


def _first_keys(keys: tuple[str, ...] | None) -> Iterator[str]:
    if keys is None:
        yield "signing keys: age unknown, as the permission secretsmanager:DescribeSecret is missing"
        return
    yield from _names(
        "signing keys of which Pulumi's state has a copy: rotate them with schedules keys rotate NAME", keys
    )


def _mute_topics(topics: tuple[str, ...] | None) -> Iterator[str]:
    if topics is None:
        yield "alarm topics: not checked, as the permission sns:GetTopicAttributes is missing"
        return
    yield from _names("topics that no alarm reaches: deleted, or encrypted with alias/aws/sns", topics)


def _names(heading: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield heading
        yield from (f"  {name}" for name in names)


def _depth(depth: Depth) -> tuple[str, str, str]:
    parts = (f"{depth.waiting} waiting", f"{depth.held} in flight", f"{depth.delayed} delayed")
    shown = [part for part in parts if not part.startswith("0 ")]
    return depth.queue, ", ".join(shown) or "empty", _ADVICE[depth.queue] if shown else ""


COMMAND = Command(_DESCRIPTION, "schedules status --stack prod", add_arguments, run)
