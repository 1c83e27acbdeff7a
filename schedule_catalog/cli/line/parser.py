"""The commands, and what may stand on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from schedule_catalog.cli.exit_status import USAGE
from schedule_catalog.cli.output import complain, say

if TYPE_CHECKING:
    from schedule_catalog.cli.command import Command

COMMANDS = {
    "check": "find every mistake in the catalog",
    "next": "show when schedules fire",
    "cost": "show how often schedules call in a month, and what that costs",
    "diff": "show what a change does to schedules",
    "fmt": "give the files of the catalog one layout",
    "history": "show what became of runs, and which did not happen",
    "import": "convert a crontab, Kubernetes CronJobs or schedules in AWS",
    "new": "write a new schedule into its file",
    "plan": "show what a Pulumi preview will do, and what of it the clock brings",
    "prune": "remove one-time schedules that are over",
    "report": "write a page that shows when every schedule fires",
    "status": "compare the catalog with what AWS has",
    "trigger": "run a schedule now",
    "undelivered": "look at calls that were given up, and deliver them again",
}
"""Each verb with its help; its module in `cli/commands/` has its `COMMAND`."""

_MODULES = {"import": "import_"}  # a keyword cannot name a module


def command(name: str) -> Command:
    """Import a verb, which happens when a line mentions it: help needs none of them."""
    found: Command = import_module(f"schedule_catalog.cli.commands.{_MODULES.get(name, name)}").COMMAND
    return found


def parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser of a command line; only the commands that the line mentions know their arguments."""
    top = CommandLine("schedules", description="HTTP schedules as reviewed YAML.", allow_abbrev=False)
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    top.add_argument("--traceback", action="store_true", help="on a crash, show where it happened")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        each = commands.add_parser(name, help=text, allow_abbrev=False)
        if name in arguments:
            each.description = command(name).description
            command(name).add_arguments(each)
    return top


class CommandLine(argparse.ArgumentParser):
    """Says what is wrong with a command line on one line, whatever stands in its arguments."""

    def error(self, message: str) -> NoReturn:
        """Print how the command is used and what is wrong, and end the process."""
        complain(*self.format_usage().splitlines(), f"{self.prog}: error: {message}")
        raise SystemExit(USAGE)


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        from importlib.metadata import version

        say(f"schedules {version('schedule-catalog')}")
        parser.exit()
