"""`schedules completion`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.exit_status import CLEAN
from schedule_catalog.cli.output import pass_on

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from datetime import datetime

SHELLS = ("bash", "zsh", "tcsh")
_DESCRIPTION = (
    "Print the completion script of a shell. For bash, write it to "
    "~/.local/share/bash-completion/completions/schedules; for zsh, to _schedules in a folder of $fpath."
)


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument("shell", choices=SHELLS, help="shell to print the script for")


def run(options: Namespace, now: datetime) -> int:
    """Print the script and return the exit status."""
    import shtab

    from schedule_catalog.cli.line.parser import COMMANDS, parser

    pass_on(f"{shtab.complete(parser(tuple(COMMANDS)), options.shell)}\n".encode())
    return CLEAN


COMMAND = Command(_DESCRIPTION, "schedules completion bash", add_arguments, run)
