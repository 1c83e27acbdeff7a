"""`schedules console`."""

from __future__ import annotations

import gc
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN
from schedule_catalog.cli.line.stack_arguments import Reach, add_stack_arguments, reach
from schedule_catalog.cli.line.stack_entries import stack_catalog, stack_settings
from schedule_catalog.cli.output import say
from schedule_catalog.errors import CatalogError, os_reason
from schedule_catalog.operations import OperationError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from schedule_catalog.cli.line.stack_arguments import Reached
    from schedule_catalog.pages.console.desk import Desk

_DESCRIPTION = (
    "Show every schedule of a stack in the browser, and act on it: run, replay, delete, pause. It runs on this machine"
    " with your own AWS credentials and answers only the browser that opens the printed address."
)


def add_arguments(command: ArgumentParser) -> None:
    """Declare what the command takes."""
    command.add_argument("--port", type=int, default=0, metavar="N", help="port on 127.0.0.1 (default: a free one)")
    command.add_argument("--no-browser", action="store_true", help="only print the address")
    command.add_argument("--read-only", action="store_true", help="show everything, change nothing")
    command.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="answer to this host name too, in a container"
    )
    add_stack_arguments(command)


def run(
    options: Namespace,
    now: datetime,
    reach: Reach = reach,
    serve: Callable[[Any, socket.socket], None] | None = None,
) -> int:
    """Serve the console until it is interrupted."""
    try:
        from schedule_catalog.pages.console.app import console_app
        from schedule_catalog.pages.console.session import ConsoleSession
    except ModuleNotFoundError as error:
        raise UsageError(f"the console needs the package {error.name}: install schedule-catalog[console]") from error
    reached = reach(options)
    desk = _desk(options, reached)
    listener = _listener(options.port)
    port = listener.getsockname()[1]
    session = ConsoleSession(port)
    address = f"http://127.0.0.1:{port}/?token={session.token}"
    say(f"stack {reached.names.stack}, {reached.names.region}", f"open {address}", "Ctrl-C stops it")
    if not options.no_browser:
        import webbrowser

        webbrowser.open(address)
    gc.enable()  # other commands do without: they end before it would pay
    hosts = frozenset(options.allow_host)
    (serve or _serve)(console_app(desk, session, options.read_only, hosts, of_laptop=options.local), listener)
    return CLEAN


def _desk(options: Namespace, reached: Reached) -> Desk:
    from schedule_catalog.pages.console.desk import Desk, WantedCatalog

    def load() -> WantedCatalog:
        name = reached.names.stack
        settings = stack_settings(options, name, reached.names.project)
        if settings is None:
            raise UsageError(f'no settings for the stack "{name}": specify --settings FILE')
        catalog = stack_catalog(options, {name: settings}, name, datetime.now(UTC))
        return WantedCatalog(catalog.entries, settings, catalog.problems)

    def reload() -> WantedCatalog:
        try:
            return load()
        except (UsageError, CatalogError) as error:
            raise OperationError(str(error)) from error

    load()  # a mistake of the command line ends the command; later the page shows it
    return Desk(reached.stack, reached.names, reload, lambda: datetime.now(UTC))


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()  # the browser is opened before the server answers, and waits
    except (OSError, OverflowError) as error:
        listener.close()
        reason = os_reason(error) if isinstance(error, OSError) else "it is not a port"
        raise UsageError(f"the console cannot listen on port {port}: {reason}") from error
    return listener


def _serve(app: Any, listener: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, proxy_headers=False)
    uvicorn.Server(config).run(sockets=[listener])


COMMAND = Command(_DESCRIPTION, "schedules console --stack prod", add_arguments, run)
