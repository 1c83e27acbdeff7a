"""`schedules undelivered`."""

from __future__ import annotations

import sys
import uuid
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from schedule_catalog.cli import as_json
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.line.arguments import add_format
from schedule_catalog.cli.line.confirmation import confirmed
from schedule_catalog.cli.line.pause_arguments import known_services
from schedule_catalog.cli.line.short_names import chosen, short_names
from schedule_catalog.cli.line.stack_arguments import Reach, add_stack_arguments, reach
from schedule_catalog.cli.output import complain, say
from schedule_catalog.cli.rows import undelivered as undelivered_rows
from schedule_catalog.cli.text import undelivered as undelivered_text
from schedule_catalog.operations import (
    OperationError,
    UndeliveredQueues,
    notes_on_replay,
    queue_depths,
    replay,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from schedule_catalog.operations import Deployed, UndeliveredCall

_DESCRIPTION = "Show undelivered calls, and calls that never reached the proxy. Replay or delete them."
MOST = 1000
PRINTERS = {"text": undelivered_text, "json": undelivered_rows}


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="list the calls", allow_abbrev=False)
    listing.add_argument("--format", choices=PRINTERS, default="text", help="default: %(default)s")
    showing = actions.add_parser("show", help="show all of one call", allow_abbrev=False)
    showing.add_argument("ids", nargs=1, metavar="ID", help="ID from the list, or more of it")
    showing.add_argument("--format", choices=PRINTERS, default="text", help="default: %(default)s")
    replaying = actions.add_parser("replay", help="deliver again", allow_abbrev=False)
    dropping = actions.add_parser("drop", help="delete for good", allow_abbrev=False)
    for action in (replaying, dropping):
        action.add_argument("ids", nargs="*", metavar="ID", help="IDs from the list, or more of them")
        action.add_argument("--all", action="store_true", help="all calls, or all that the filters leave")
        action.add_argument("--yes", action="store_true", help="do not ask")
        add_format(action)
    for action in (listing, replaying, dropping):
        for field in _FILTERS:
            action.add_argument(f"--{field}", metavar=field.upper(), help=f"only calls of this {field}")
        action.add_argument(
            "--most",
            type=_many,
            default=MOST,
            metavar="N",
            help="maximum number of messages to read, roughly (default: %(default)s)",
        )
    for action in (listing, showing, replaying, dropping):
        add_stack_arguments(action)


def run(options: Namespace, now: datetime, reach: Reach = reach) -> int:
    """Execute the action; return 1 if a call could not be replayed."""
    return _ACTIONS[options.action](options, reach(options).stack, now)


_FILTERS = ("schedule", "owner", "reason")


def _list(options: Namespace, stack: Deployed, now: datetime) -> int:
    held = sum(depth.held for depth in queue_depths(stack) if depth.queue != "retry")
    with UndeliveredQueues(stack) as queues:
        calls = queues.read(options.most)
        names = short_names(calls)
        PRINTERS[options.format].show_list([call for call in calls if _fits(call, options)], names)
        _tell_more(queues, held)
    return CLEAN


def _show(options: Namespace, stack: Deployed, now: datetime) -> int:
    with UndeliveredQueues(stack) as queues:
        (call,) = chosen(queues.read(sys.maxsize, _named(options.ids)), options.ids)
        PRINTERS[options.format].show_one(call)
    return CLEAN


def _replay(options: Namespace, stack: Deployed, now: datetime) -> int:
    def again(queues: UndeliveredQueues, call: UndeliveredCall) -> None:
        replay(stack, queues, call, now, uuid.uuid4().hex)

    return _each(stack, options, now, "replay", "replayed", again)


def _drop(options: Namespace, stack: Deployed, now: datetime) -> int:
    return _each(stack, options, now, "delete for good", "deleted", UndeliveredQueues.drop)


def _each(
    stack: Deployed,
    options: Namespace,
    now: datetime,
    verb: str,
    done: str,
    act: Callable[[UndeliveredQueues, UndeliveredCall], None],
) -> int:
    """Show the chosen calls, ask, and process them one by one; a call that fails stays in its queue."""
    if bool(options.ids) == options.all:
        raise UsageError('specify IDs, or "--all" ("schedules undelivered list" shows them)')
    with UndeliveredQueues(stack) as queues:
        calls = queues.read(options.most) if options.all else queues.read(sys.maxsize, _named(options.ids))
        names = short_names(calls)
        wanted = calls if options.all else chosen(calls, options.ids)
        wanted = [call for call in wanted if _fits(call, options)]
        is_json = options.format == "json"
        with as_json.beside(is_json):
            undelivered_text.show_list(wanted, names)
            if options.action == "replay":
                say(*notes_on_replay(stack, wanted, known_services(options, stack), now))
            if wanted and not confirmed(f"{verb} {len(wanted)}?", options.yes):
                return PROBLEMS
            errors = {call.identifier: _error(queues, call, names, done, act) for call in wanted}
            _tell_more(queues, 0)
    if is_json:
        results = [{"id": each, "done": error is None, "error": error} for each, error in errors.items()]
        as_json.show("undelivered-replay" if options.action == "replay" else "undelivered-drop", {"results": results})
    return PROBLEMS if any(errors.values()) else CLEAN


def _error(
    queues: UndeliveredQueues,
    call: UndeliveredCall,
    names: Mapping[str, str],
    done: str,
    act: Callable[[UndeliveredQueues, UndeliveredCall], None],
) -> str | None:
    """Process one call; return why it stays in its queue, or None."""
    name = names[call.identifier]
    try:
        act(queues, call)
    except OperationError as error:
        complain(f"{name}: not {done}: {error}")
        return str(error)
    say(f"{name}: {done}")
    return None


def _many(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:9]) == 0:
        raise ArgumentTypeError(f'"{text}" is not a number of at least 1')
    return int(text[:9])


def _named(ids: Sequence[str]) -> Callable[[Mapping[str, UndeliveredCall]], bool]:
    """Whether each of these is found: a queue need not be read to its end for a few of its messages."""
    return lambda found: all(any(identifier.startswith(each) for identifier in found) for each in ids)


def _fits(call: UndeliveredCall, options: Namespace) -> bool:
    return all(getattr(options, field) in (None, getattr(call, field)) for field in _FILTERS)


def _tell_more(queues: UndeliveredQueues, held: int) -> None:
    if queues.truncated:
        complain('there are more: use "--most N" to read more of them')
    if held:
        complain(f"about {held} more are in flight: another command reads them, or was stopped while it did")


_ACTIONS: dict[str, Callable[[Namespace, Deployed, datetime], int]] = {
    "list": _list,
    "show": _show,
    "replay": _replay,
    "drop": _drop,
}


COMMAND = Command(_DESCRIPTION, "schedules undelivered list --stack prod", add_arguments, run)
