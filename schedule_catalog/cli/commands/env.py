"""`schedules env`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from schedule_catalog.cli import as_json
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN
from schedule_catalog.cli.line.arguments import add_format
from schedule_catalog.cli.line.stack_arguments import Reach, add_stack_arguments, reach
from schedule_catalog.cli.line.stack_entries import stack_settings
from schedule_catalog.cli.output import say_verbatim
from schedule_catalog.deployment.client_environment import known_names, scheduler_environment
from schedule_catalog.operations import signing_keys
from schedule_catalog.settings import ADHOC, signing_secret
from schedule_catalog.wording import quoted, suggestion

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from datetime import datetime

    from schedule_catalog.cli.line.stack_arguments import Reached
    from schedule_catalog.settings import Settings

_DESCRIPTION = (
    "Print the variables with which an application schedules calls at run time, as lines of a .env file. None is "
    "secret. With --local they lead to the stack on this machine, whose signing keys are printed too."
)


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    text = 'one of "applications" in the settings (default: the shared variables of all other applications)'
    command.add_argument("--application", metavar="NAME", help=text)
    add_format(command)
    add_stack_arguments(command)


def run(options: Namespace, now: datetime, reach: Reach = reach) -> int:
    """Print the variables and return the exit status."""
    reached = reach(options)
    stack = reached.names.stack
    settings = stack_settings(options, stack, reached.names.project)
    if settings is None:
        raise UsageError(f'no settings for the stack "{stack}": specify them with --settings')
    variables = {**reached.emulated, **_variables(reached, settings, options.application)}
    keys = _keys(reached, settings) if reached.emulated else dict[str, str]()
    if options.format == "json":
        as_json.show("env", {"stack": stack, "variables": variables, "signing_keys": keys})
        return CLEAN
    say_verbatim(*(f"{name}={value}" for name, value in variables.items()))
    for name, key in keys.items():
        say_verbatim(f"# {quoted(name)} signs calls with {key}")
    return CLEAN


def _variables(reached: Reached, settings: Settings, application: str | None) -> Mapping[str, str]:
    manifest = reached.stack.manifest
    prefix = settings.name_prefix if application is None else _prefix(settings, application)
    partition = manifest.aliases[ADHOC].split(":")[1]
    origin = application or ADHOC
    where = scheduler_environment(reached.names, manifest.account, prefix, partition, origin, settings.role_path)
    return {**where, **known_names(settings, origin)}


def _prefix(settings: Settings, application: str) -> str:
    found = settings.applications.get(application)
    if found is None:
        known = suggestion(application, settings.applications) if settings.applications else "it has none"
        raise UsageError(f"the stack {quoted(settings.stack)} has no application {quoted(application)}: {known}")
    if found.retired:
        raise UsageError(f"the application {quoted(application)} is retired: it schedules no more calls")
    return found.prefix


def _keys(reached: Reached, settings: Settings) -> Mapping[str, str]:
    """Keys of the laptop stack, which only sign calls on this machine."""
    return signing_keys(reached.stack.clients, {name: signing_secret(settings, name) for name in settings.signing})


COMMAND = Command(_DESCRIPTION, "schedules env --local --application shop", add_arguments, run)
