"""Arguments that say what is paused or resumed."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.stack_entries import stack_settings
from schedule_catalog.operations import pause_target
from schedule_catalog.settings import BUILT_IN_SERVICE
from schedule_catalog.utc_time import utc_instant

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Collection
    from datetime import datetime

    from schedule_catalog.cli.line.stack_arguments import Reached
    from schedule_catalog.operations import Deployed, PauseTarget, RunTimePause, Scope
    from schedule_catalog.settings import Settings


def add_pause_target(command: ArgumentParser) -> None:
    """Add the arguments of which one is given."""
    what = command.add_mutually_exclusive_group()
    what.add_argument("name", nargs="?", metavar="NAME", help="schedule of the catalog, or the ARN of any schedule")
    what.add_argument("--owner", metavar="O", help="all schedules of an owner in the catalog")
    what.add_argument("--application", metavar="A", help="all calls of an application")
    what.add_argument("--service", metavar="S", help="all calls of a service, from any origin: runs wait")
    what.add_argument("--all", action="store_true", help="everything")


def named(options: Namespace) -> tuple[Scope, str]:
    """Return the kind of thing that is meant, and its name."""
    given: dict[Scope, str | None] = {
        "owner": options.owner,
        "application": options.application,
        "service": options.service,
        "all": "" if options.all else None,
        "schedule": options.name,
    }
    for scope, name in given.items():
        if name is not None:
            return scope, name
    raise UsageError("name a schedule, or give --owner, --application, --service or --all")


def known_settings(options: Namespace, reached: Reached) -> Settings | None:
    """Return the settings of the stack, if they are known."""
    return stack_settings(options, reached.names.stack, reached.names.project)


def read_target(
    options: Namespace, reached: Reached, settings: Settings | None, owners: Collection[str] = ()
) -> PauseTarget:
    """Return what is meant; an unknown name is an error. `owners` are those of the catalog, if it is known."""
    scope, name = named(options)
    known: dict[str, Collection[str]] = {
        "owner": (settings.owners if settings else ()) or owners,
        "service": service_urls(settings),
    }
    return pause_target(reached.stack, scope, name, known.get(scope, ()))


def service_urls(settings: Settings | None) -> dict[str, str]:
    """Return the base URL of each service that the settings declare; that of the callback service is unknown here."""
    return {BUILT_IN_SERVICE: "", **settings.services} if settings else {}


def known_services(options: Namespace, stack: Deployed) -> dict[str, str]:
    """Return the base URL of each service; without usable settings, a pause of a service covers no calls by URL."""
    try:
        return service_urls(stack_settings(options, stack.manifest.stack, stack.manifest.project))
    except UsageError:
        return {}


def words_of(pause: RunTimePause, stack: Deployed) -> list[str]:
    """Return the arguments that name the thing of a pause: the ARN of a schedule outside the catalog."""
    if pause.scope == "schedule":
        name = pause.name.rpartition("/")[2]
        return [name if pause.name == stack.schedule_arn(stack.manifest.catalog_group, name) else pause.name]
    return ["--all"] if pause.scope == "all" else [f"--{pause.scope}", pause.name]


def instant_with_offset(text: str) -> datetime:
    """Return the instant of a text that has an offset: a pause that ends at another time than meant is an incident."""
    try:
        return utc_instant(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
