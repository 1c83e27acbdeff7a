"""Interface of a verb: every module in `cli/commands/` has one `Command`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime

from schedule_client.contract.records import frozen


@frozen
class Command:
    """Verb of `schedules`.

    description: sentences for the top of its `--help`.
    example: one command line that a reader can copy, for the end of its `--help`.
    add_arguments: declares the arguments of the verb.
    run: executes the verb at a given present (aware, UTC) and returns the exit status.
    """

    description: str
    example: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, datetime], int]
