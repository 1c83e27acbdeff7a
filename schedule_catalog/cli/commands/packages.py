"""`schedules packages`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.line.stack_program import Start, become, start_stack_program

_DESCRIPTION = "Stage the code of the Lambda functions that `pulumi up` deploys: the same bytes on every machine."


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument("--out", metavar="DIR", help="default: build/packages")
    command.add_argument("--platform", metavar="P", help="lambda, or host for this machine (default: lambda)")
    command.add_argument(
        "--settings",
        action="append",
        metavar="FILE",
        help="stage the handlers of this stack only, may be repeated (default: every Pulumi.STACK.yaml here)",
    )


def run(options: Namespace, now: datetime, start: Start = become) -> int:
    """Stage the packages with the program of the stack."""
    return start_stack_program(options, start)


COMMAND = Command(_DESCRIPTION, "schedules packages", add_arguments, run)
