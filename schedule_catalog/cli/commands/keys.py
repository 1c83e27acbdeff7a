"""`schedules keys`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.cli import as_json
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.line.arguments import add_format
from schedule_catalog.cli.line.confirmation import confirmed
from schedule_catalog.cli.line.stack_arguments import Reach, add_stack_arguments, reach
from schedule_catalog.cli.line.stack_entries import stack_settings
from schedule_catalog.cli.output import say
from schedule_catalog.operations import rotate_signing_key
from schedule_catalog.settings import signing_secret
from schedule_catalog.wording import quoted, suggestion

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from datetime import datetime

    from schedule_catalog.operations import Step

_DESCRIPTION = (
    "Rotate a signing key. This command creates the new key in memory and writes it to Secrets Manager: it is in "
    "no state and no file, and is not printed."
)
_NEXT = {
    "begin": "the new key and the old one sign; give the new key, the first of the two, to the application, then run: "
    "schedules keys rotate {key} --finish",
    "finish": "only the new key signs",
    "replace": "only the new key signs; calls are undelivered until the application has it",
}


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    rotate = actions.add_parser("rotate", help="replace a key with a new one", allow_abbrev=False)
    rotate.add_argument("name", metavar="NAME", help='name of a key in "signing" of the settings')
    step = rotate.add_mutually_exclusive_group()
    step.add_argument(
        "--finish", action="store_true", help="remove the old key, once the application verifies with the new one"
    )
    step.add_argument("--leaked", action="store_true", help="remove the old key at once")
    rotate.add_argument("--yes", action="store_true", help="do not ask")
    add_format(rotate)
    add_stack_arguments(rotate)


def run(options: Namespace, now: datetime, reach: Reach = reach) -> int:
    """Execute one step of a rotation."""
    reached = reach(options)
    stack, key = reached.names.stack, options.name
    settings = stack_settings(options, stack, reached.names.project)
    if settings is None:
        raise UsageError(f'no settings for the stack "{stack}": specify them with --settings')
    if key not in settings.signing:
        raise UsageError(
            f"the stack {quoted(stack)} has no signing key {quoted(key)}: {suggestion(key, settings.signing)}"
        )
    step: Step = "finish" if options.finish else "replace" if options.leaked else "begin"
    question = f'{step} the rotation of the signing key "{key}" of {stack}?'
    with as_json.beside(options.format == "json"):
        if not confirmed(question, options.yes):
            return PROBLEMS
    rotate_signing_key(reached.stack.clients, signing_secret(settings, key), step)
    if options.format == "json":
        as_json.show("keys-rotate", {"stack": stack, "key": key, "step": step})
    else:
        say(f"{key}: within five minutes {_NEXT[step].format(key=key)}")
    return CLEAN


COMMAND = Command(_DESCRIPTION, "schedules keys rotate billing --stack prod", add_arguments, run)
