"""Arguments of every command about a deployed stack, and the way to that stack."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.arguments import CATALOG, STATE, add_settings
from schedule_catalog.cli.line.project import Project
from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import AwsAccess, AwsClients, LaptopStack, find_stack
from schedule_catalog.wording import listed, suggestion

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Mapping

    from schedule_catalog.operations import Deployed


DEFAULT_LAPTOP = "dev"


@dataclass(frozen=True, slots=True)
class Reached:
    """Deployed stack and the names of its parts; `emulated` has the variables for the laptop's emulator."""

    stack: Deployed
    names: Names
    emulated: Mapping[str, str] = field(default_factory=dict[str, str])


Reach: TypeAlias = "Callable[[Namespace], Reached]"
"""Function that finds the stack of a command line: `reach`, or another in a test."""


def add_stack_arguments(command: ArgumentParser) -> None:
    """Add the arguments that name the stack, its endpoint and its catalog."""
    where = command.add_argument_group("stack")
    where.add_argument(
        "--stack", metavar="NAME", help="default: the only one with settings; with --local: the only one that runs"
    )
    where.add_argument("--local", action="store_true", help='the laptop stack that "schedules dev" runs here')
    where.add_argument(
        "--region", metavar="R", help="default: aws:region of the stack's settings, or that of your AWS configuration"
    )
    where.add_argument("--profile", metavar="P", help="of your AWS configuration (default: AWS_PROFILE)")
    where.add_argument("--endpoint-url", type=_url, metavar="URL", help="use this endpoint instead of AWS")
    where.add_argument("--project", metavar="NAME", help="default: the name in Pulumi.yaml beside the catalog")
    where.add_argument(
        "--state", type=Path, default=STATE, metavar="DIR", help="of the laptop stack (default: %(default)s)"
    )
    where.add_argument(
        "--catalog", type=Path, action="append", metavar="PATH", help=f"file or folder (default: {CATALOG})"
    )
    add_settings(command)


def stack_words(options: Namespace) -> list[str]:
    """Return the arguments by which another command line means the same stack."""
    given = {name: getattr(options, name) for name in ("stack", "region", "profile", "endpoint_url", "project")}
    words = ["--local"] if options.local else []
    for name, value in given.items():
        words += [f"--{name.replace('_', '-')}", value] if value else []
    if options.state != STATE:
        words += ["--state", str(options.state)]
    # The laptop stack brings its own settings.
    for path in (options.settings or ()) if not options.local else ():
        words += ["--settings", str(path)]
    return words


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        if parts.scheme in ("http", "https") and parts.hostname:
            return text
    except ValueError:
        pass
    raise ArgumentTypeError(f'"{text}" is not the URL of an endpoint: write for example http://127.0.0.1:4566')


def reach(options: Namespace) -> Reached:
    """Return the stack of the command line; the laptop stack has its own catalog and settings."""
    if options.local:
        return _reach_laptop(options)
    project = Project.beside(options.catalog, options.settings)
    stack = options.stack or project.only_stack()
    known = project.stacks()
    if known and stack not in known and options.region is None:
        raise UsageError(f'no settings for the stack "{stack}": {suggestion(stack, known)}')
    if core := project.core(stack):
        raise UsageError(f'"{stack}" is a shard of "{core}": name that stack')
    clients = AwsClients(AwsAccess(options.region or project.region(stack), options.profile, options.endpoint_url))
    if clients.region is None:
        raise UsageError(f'no region: specify --region REGION, or set "aws:region" in Pulumi.{stack}.yaml')
    names = Names(options.project or project.name(), stack, clients.region)
    return Reached(find_stack(clients, names), names)


def _reach_laptop(options: Namespace) -> Reached:
    elsewhere = [name for name in ("region", "profile", "endpoint_url", "project") if getattr(options, name)]
    if elsewhere:
        given = elsewhere[0].replace("_", "-")
        raise UsageError(f"--local finds the stack by itself: remove --{given}")
    laptop = _laptop(options)
    options.catalog = options.catalog or [Path(laptop.catalog)]
    options.settings = options.settings or [Path(laptop.settings)]
    names = Names(laptop.project, laptop.stack, laptop.region)
    return Reached(find_stack(AwsClients(laptop.access), names), names, laptop.environment)


def _laptop(options: Namespace) -> LaptopStack:
    """Stack of that name, or the only one that runs here."""
    running = LaptopStack.running(options.state)
    if options.stack is None and len(running) > 1:
        raise UsageError(f"specify a stack with --stack NAME (running: {listed(running)})")
    return LaptopStack.read(options.state / (options.stack or next(iter(running), DEFAULT_LAPTOP)))
