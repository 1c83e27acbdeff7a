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
from schedule_catalog.cli.line.short_names import chosen, short_names
from schedule_catalog.cli.line.stack_arguments import Reach, add_stack_arguments, reach
from schedule_catalog.cli.output import complain, say
from schedule_catalog.cli.rows import undelivered as undelivered_rows
from schedule_catalog.cli.text import undelivered as undelivered_text
from schedule_catalog.operations import OperationError, UndeliveredQueues, queue_depths, replay

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from schedule_catalog.operations import Deployed, UndeliveredCall

_DESCRIPTION = "Look at the calls that were given up, and at those that never reached the proxy; deliver them again."
MOST = 1000
PRINTERS = {"text": undelivered_text, "json": undelivered_rows}


def add_arguments(command: ArgumentParser) -> None:
    """Declare what the command takes."""
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="show what is there", allow_abbrev=False)
    listing.add_argument("--format", choices=PRINTERS, default="text", help="default: %(default)s")
    showing = actions.add_parser("show", help="show one of them whole", allow_abbrev=False)
    showing.add_argument("ids", nargs=1, metavar="ID", help="as listed, or more of it")
    showing.add_argument("--format", choices=PRINTERS, default="text", help="default: %(default)s")
    replaying = actions.add_parser("replay", help="deliver again", allow_abbrev=False)
    dropping = actions.add_parser("drop", help="delete for good", allow_abbrev=False)
    for action in (replaying, dropping):
        action.add_argument("ids", nargs="*", metavar="ID", help="as listed, or more of it")
        action.add_argument("--all", action="store_true", help="everything that is there, or that a filter leaves")
        action.add_argument("--yes", action="store_true", help="do not ask")
        add_format(action)
    for action in (listing, replaying, dropping):
        for field in _FILTERS:
            action.add_argument(f"--{field}", metavar=field.upper(), help=f"only of this {field}")
        action.add_argument(
            "--most", type=_many, default=MOST, metavar="N", help="look at about so many (default: %(default)s)"
        )
    for action in (listing, showing, replaying, dropping):
        add_stack_arguments(action)


def run(options: Namespace, now: datetime, reach: Reach = reach) -> int:
    """Do it; 1 when something could not be replayed."""
    return _ACTIONS[options.action](options, reach(options).stack, now)


_FILTERS = ("schedule", "owner", "reason")


def _list(options: Namespace, stack: Deployed, now: datetime) -> int:
    held = sum(depth.held for depth in queue_depths(stack) if depth.queue != "retry")
    with UndeliveredQueues(stack) as mailbox:
        letters = mailbox.read(options.most)
        names = short_names(letters)
        PRINTERS[options.format].show_list([letter for letter in letters if _fits(letter, options)], names)
        _tell_more(mailbox, held)
    return CLEAN


def _show(options: Namespace, stack: Deployed, now: datetime) -> int:
    with UndeliveredQueues(stack) as mailbox:
        (letter,) = chosen(mailbox.read(sys.maxsize, _named(options.ids)), options.ids)
        PRINTERS[options.format].show_one(letter)
    return CLEAN


def _replay(options: Namespace, stack: Deployed, now: datetime) -> int:
    def again(mailbox: UndeliveredQueues, letter: UndeliveredCall) -> None:
        replay(stack, mailbox, letter, now, uuid.uuid4().hex)

    return _each(stack, options, "replay", "replayed", again)


def _drop(options: Namespace, stack: Deployed, now: datetime) -> int:
    def away(mailbox: UndeliveredQueues, letter: UndeliveredCall) -> None:
        mailbox.keep(letter)
        mailbox.delete(letter)

    return _each(stack, options, "delete for good", "deleted", away)


def _each(
    stack: Deployed, options: Namespace, verb: str, done: str, act: Callable[[UndeliveredQueues, UndeliveredCall], None]
) -> int:
    """Show what was chosen, ask, and act on one after the other; what fails stays in its queue."""
    if bool(options.ids) == options.all:
        raise UsageError('which ones? name them by their ID, or "--all" ("schedules undelivered list" shows them)')
    with UndeliveredQueues(stack) as mailbox:
        letters = mailbox.read(options.most) if options.all else mailbox.read(sys.maxsize, _named(options.ids))
        names = short_names(letters)
        wanted = letters if options.all else chosen(letters, options.ids)
        wanted = [letter for letter in wanted if _fits(letter, options)]
        is_json = options.format == "json"
        with as_json.beside(is_json):
            undelivered_text.show_list(wanted, names)
            if wanted and not confirmed(f"{verb} {len(wanted)}?", options.yes):
                return PROBLEMS
            errors = {letter.identifier: _error(mailbox, letter, names, done, act) for letter in wanted}
            _tell_more(mailbox, 0)
    if is_json:
        results = [{"id": each, "done": error is None, "error": error} for each, error in errors.items()]
        as_json.show("undelivered-replay" if options.action == "replay" else "undelivered-drop", {"results": results})
    return PROBLEMS if any(errors.values()) else CLEAN


def _error(
    mailbox: UndeliveredQueues,
    letter: UndeliveredCall,
    names: Mapping[str, str],
    done: str,
    act: Callable[[UndeliveredQueues, UndeliveredCall], None],
) -> str | None:
    """Act on one; return why it stays in its queue, None when it does not."""
    name = names[letter.identifier]
    try:
        act(mailbox, letter)
    except OperationError as error:
        complain(f"{name}: not {done}: {error}")
        return str(error)
    say(f"{name}: {done}")
    return None


def _many(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:9]) == 0:
        raise ArgumentTypeError(f'"{text}" is not a number from 1 on')
    return int(text[:9])


def _named(ids: Sequence[str]) -> Callable[[Mapping[str, UndeliveredCall]], bool]:
    """Whether each of these is found: a queue need not be read to its end for a few of its messages."""
    return lambda found: all(any(identifier.startswith(each) for identifier in found) for each in ids)


def _fits(letter: UndeliveredCall, options: Namespace) -> bool:
    return all(getattr(options, field) in (None, getattr(letter, field)) for field in _FILTERS)


def _tell_more(mailbox: UndeliveredQueues, held: int) -> None:
    if mailbox.truncated:
        complain('there are more: "--most N" looks at more of them')
    if held:
        complain(f"about {held} more are being read by somebody else, or were by a command that was killed")


_ACTIONS: dict[str, Callable[[Namespace, Deployed, datetime], int]] = {
    "list": _list,
    "show": _show,
    "replay": _replay,
    "drop": _drop,
}


COMMAND = Command(_DESCRIPTION, "schedules undelivered list --stack prod", add_arguments, run)
