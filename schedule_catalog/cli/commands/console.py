"""`schedules console`."""

from __future__ import annotations

import gc
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN
from schedule_catalog.cli.line.stack_arguments import Reach, add_stack_arguments, reach
from schedule_catalog.cli.line.stack_entries import stack_catalog, stack_settings
from schedule_catalog.cli.output import say
from schedule_catalog.errors import CatalogError, os_reason
from schedule_catalog.operations import OperationError
from schedule_client.contract.times import utc_now

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
    clock: Callable[[], datetime] = utc_now,
) -> int:
    """Serve the console until it is interrupted."""
    reached = reach(options)
    desk = _desk(options, reached, clock)
    with _listener(options.port) as listener, ThreadPoolExecutor(1) as beside:
        first_look = beside.submit(desk.overview)  # what the browser asks for first; an error is shown there
        first_look.add_done_callback(lambda _: gc.enable())  # a command that ends before it would pay does without
        app, address = _app(options, desk, listener.getsockname()[1])
        say(f"stack {reached.names.stack}, {reached.names.region}", f"open {address}", "Ctrl-C stops it")
        if not options.no_browser:
            import webbrowser

            webbrowser.open(address)
        (serve or _serve)(app, listener)
    return CLEAN


def _app(options: Namespace, desk: Desk, port: int) -> tuple[Any, str]:
    """Return the app, and the address that signs a browser in."""
    try:
        from schedule_catalog.pages.console.app import console_app
        from schedule_catalog.pages.console.session import ConsoleSession
    except ModuleNotFoundError as error:
        raise UsageError(f"the console needs the package {error.name}: install schedule-catalog[console]") from error
    session = ConsoleSession(port)
    app = console_app(desk, session, options.read_only, frozenset(options.allow_host), of_laptop=options.local)
    return app, f"http://127.0.0.1:{port}/?token={session.token}"


def _desk(options: Namespace, reached: Reached, clock: Callable[[], datetime]) -> Desk:
    from schedule_catalog.pages.console.desk import Desk, WantedCatalog

    def load() -> WantedCatalog:
        name = reached.names.stack
        settings = stack_settings(options, name, reached.names.project)
        if settings is None:
            raise UsageError(f'no settings for the stack "{name}": specify --settings FILE')
        catalog = stack_catalog(options, {name: settings}, name, clock())
        return WantedCatalog(catalog.entries, settings, catalog.problems)

    def reload() -> WantedCatalog:
        try:
            return load()
        except (UsageError, CatalogError) as error:
            raise OperationError(str(error)) from error

    known = load()  # a mistake of the command line ends the command; later the page shows it
    return Desk(reached.stack, reached.names, reload, clock, known=known)


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
