"""The command line of `schedules dev`, as the program reads it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from schedule_catalog.cli.commands.dev import COMMAND
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.arguments import CATALOG, STATE
from schedule_catalog.cli.line.parser import CommandLine
from schedule_catalog.cli.line.project import Project, stack_of
from schedule_client.loopback import checked_host

CHECKOUT = Path(__file__).resolve().parent.parent
"""The folder with the program: a checkout, or the tree that the distribution carries."""
DEFAULT_STACK = "dev"
_OF_REAL_TIME = {"duration": "--for", "live": "--live", "allow_host": "--allow-host", "state": "--state"}
_OF_A_SIMULATION = {"start": "--from", "end": "--to", "faults": "--faults", "seed": "--seed", "format": "--format"}


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a run: `duration` is None for no end, `live` has the hosts that are really called.

    folder: where `Pulumi.yaml` and the stack's settings are.
    hosts: names besides loopback's own by which programs reach the stack, from a container for instance.
    """

    stack: str
    duration: timedelta | None
    live: tuple[str, ...]
    catalog: Path
    state: Path
    folder: Path
    hosts: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: argparse.Namespace) -> Options:
        """Take them from what `parse_line` returns."""
        live, hosts, state = tuple(found.live), tuple(found.allow_host), found.state or STATE
        return cls(found.stack, found.duration, live, found.catalog, state, found.folder, hosts)


def parse_line(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the arguments, with `catalog`, `folder` and `stack` found; usage errors end the program with status 2."""
    parser = CommandLine(prog="schedules dev", description=COMMAND.description, allow_abbrev=False)
    COMMAND.add_arguments(parser)
    found = parser.parse_args(arguments)
    other = _OF_REAL_TIME if found.simulate else _OF_A_SIMULATION
    for option in (each for name, each in other.items() if getattr(found, name)):
        parser.error(f"{option} is for a stack in real time" if found.simulate else f"{option} needs --simulate")
    if found.simulate and not all(getattr(found, name) for name in ("start", "end")):
        parser.error("--simulate needs --from TIME and --to TIME")
    found.catalog = found.catalog or CATALOG
    if not found.catalog.is_dir():
        parser.error(f'there is no folder "{found.catalog}": specify --catalog DIR, or lay it out with schedules init')
    try:
        found.allow_host = [checked_host(name) for name in found.allow_host]
        _find(found)
    except UsageError as error:
        parser.error("\n".join(error.lines))
    except ValueError as error:
        parser.error(f"--allow-host: {error}")
    return found


def _find(found: argparse.Namespace) -> None:
    """Find the project by the rule that every verb has, and the stack."""
    project = Project.beside([found.catalog], [found.settings] if found.settings else None)
    found.folder = project.folder
    if found.settings is not None:
        named = stack_of(found.settings)
        if found.stack not in (None, named):
            raise UsageError(f'--settings names the stack "{named}", and --stack "{found.stack}"')
        found.stack = named
    if found.stack is None and not project.stacks():
        raise UsageError(f'there is no Pulumi.STACK.yaml in "{project.folder}": schedules init writes one')
    found.stack = found.stack or (DEFAULT_STACK if DEFAULT_STACK in project.stacks() else project.only_stack())
