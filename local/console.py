"""The console of the laptop stack: served by the process that runs the stack, with the receiver's calls."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from local.loopback_ports import HOST
from schedule_catalog.pages.console.session import ConsoleSession

if TYPE_CHECKING:
    from collections.abc import Collection

    import uvicorn

    from schedule_catalog.pages.console.calls import Calls
    from schedule_catalog.pages.console.desk import Desk

AT_ONCE = timedelta(0)
"""Age of the catalog on its pages: that of the stack's last release, which costs nothing to read."""


class LaptopConsole:
    """Listens from the start, on `port` when that is free; answers when `serve` has told it what to show."""

    def __init__(self, port: int = 0, hosts: Collection[str] = ()) -> None:
        self._listener = _bound(port)
        self.port = int(self._listener.getsockname()[1])
        self._session = ConsoleSession(self.port)
        self._hosts = frozenset(hosts)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """Address that signs a browser in, once."""
        return f"http://{HOST}:{self.port}/?token={self._session.token}"

    def serve(self, desk: Desk, calls: Calls) -> None:
        """Answer requests in a thread of its own."""
        import uvicorn

        from schedule_catalog.pages.console.app import console_app

        app = console_app(desk, self._session, hosts=self._hosts, calls=calls)
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                ws="none",
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
        )
        options = {"sockets": [self._listener]}
        self._thread = threading.Thread(target=self._server.run, kwargs=options, name="console", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer no more and free the port."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
        self._listener.close()


def _bound(port: int) -> socket.socket:
    for wanted in (port, 0):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, wanted))
            listener.listen()  # a browser may be faster than the server, and waits
        except (OSError, OverflowError):
            listener.close()
            continue
        return listener
    raise OSError(f"no free port on {HOST}")
