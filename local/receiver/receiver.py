"""The receiver: one HTTP server on loopback that stands for every service and host that a schedule calls.

It keeps the last calls, which the console shows; whatever arrives, for whatever host, it answers with 200 and a little
JSON, unless a person has let that host fail. What a web page sends it is neither kept nor answered.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

from local.receiver.switches import Switches
from local.receiver.token_request import token_answer
from schedule_catalog.pages.console.calls import Failing, Failure, ReceivedCall
from schedule_client.contract.times import utc_now
from schedule_client.loopback import LoopbackGuard

KEPT_CALLS = 200
KEPT_BYTES = 16 * 1024
MOST_BYTES = 1024 * 1024
IDLE_SECONDS = 30.0
_PLACE = b'the console shows the calls: "schedules dev" prints its address at "every schedule, in the browser"\n'


class Receiver:
    """A server on a free port of 127.0.0.1, or on `port` when that is free; `hosts` are further names of its own."""

    def __init__(
        self,
        port: int = 0,
        clock: Callable[[], datetime] = utc_now,
        hosts: Collection[str] = (),
    ) -> None:
        self._calls: deque[ReceivedCall] = deque(maxlen=KEPT_CALLS)
        self._switches = Switches(clock)
        guard = LoopbackGuard(frozenset(hosts), advice="allow a name with --allow-host NAME")
        self._server = _bound(port, _handler(self._calls, self._switches, clock, guard))
        self._thread = threading.Thread(target=self._server.serve_forever, name="receiver", daemon=True)

    @property
    def port(self) -> int:
        """Address of the server."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Base URL that stands in for every other host."""
        return f"http://127.0.0.1:{self.port}"

    def received(self, after: int = 0) -> Sequence[ReceivedCall]:
        """Return the last calls with a higher number than *after*, the newest first."""
        return [call for call in reversed(tuple(self._calls)) if call.number > after]

    def failing(self) -> Mapping[str, Failing]:
        """Return the hosts that fail now."""
        return self._switches.failing()

    def fail(self, host: str, failure: Failure, minutes: int) -> None:
        """Let a host fail from now on."""
        self._switches.fail(host, failure, minutes)

    def recover(self, host: str) -> None:
        """Let a host answer again."""
        self._switches.recover(host)

    def start(self) -> None:
        """Answer calls."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more and free the port."""
        self._switches.stop()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    """Threads that end with the process, and no waiting for clients that went away."""

    daemon_threads = True
    block_on_close = False


def _bound(port: int, handler: type[BaseHTTPRequestHandler]) -> _Server:
    try:
        return _Server(("127.0.0.1", port), handler)
    except OSError:
        return _Server(("127.0.0.1", 0), handler)


def _handler(
    calls: deque[ReceivedCall], switches: Switches, clock: Callable[[], datetime], guard: LoopbackGuard
) -> type[BaseHTTPRequestHandler]:
    numbers = count(1)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = IDLE_SECONDS
        disable_nagle_algorithm = True

        def do_any(self) -> None:
            port = self.connection.getsockname()[1]
            if not _is_for_another(self.headers.get_all("Host", []), port):
                if (refusal := guard.refusal(self.path, self.headers.items(), port)) is not None:
                    self.close_connection = True  # unread
                    return self._answer("text/plain", f"{refusal.reason}\n".encode(), refusal.status)
                if (self.command, self.path) == ("GET", "/"):
                    return self._answer("text/plain", _PLACE, HTTPStatus.NOT_FOUND)
            failure = switches.failure_of(self.headers.get("Host", ""))
            body = self._keep(failure)
            return self._fail(failure) if failure else self._received(body)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_any  # noqa: N815

        def _keep(self, failure: Failure | None) -> bytes:
            body, length = self._body()
            calls.append(
                ReceivedCall(
                    number=next(numbers),
                    at=clock(),
                    method=self.command,
                    host=self.headers.get("Host", ""),
                    path=self.path,
                    header_names=tuple(self.headers.keys()),
                    schedule=self.headers.get("X-Schedule-Name", ""),
                    body=body,
                    length=length,
                    answer=failure or "200",
                )
            )
            return body

        def _received(self, body: bytes) -> None:
            host = self.headers.get("Host", "")
            if token := token_answer(host, self.headers.get("Content-Type", ""), body):
                return self._answer("application/json", token)
            answer = {"received": True, "method": self.command, "host": self.headers.get("Host", ""), "path": self.path}
            return self._answer("application/json", json.dumps(answer).encode())

        def _fail(self, failure: Failure) -> None:
            if failure == "hang":
                switches.outlast_hang(self.headers.get("Host", ""))
            if failure in ("hang", "refuse"):
                self.close_connection = True  # without an answer
                return
            self._answer("application/json", b'{"received": false}', int(failure))

        def _body(self) -> tuple[bytes, int]:
            """The first bytes and the whole length; more than a megabyte ends the connection unread."""
            length = _length(self.headers.get("Content-Length"))
            if length > MOST_BYTES or "Transfer-Encoding" in self.headers:
                self.close_connection = True
            read: bytes = self.rfile.read(min(length, MOST_BYTES))
            return read[:KEPT_BYTES], length

        def _answer(self, kind: str, body: bytes, status: int = HTTPStatus.OK) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Content-Length", str(len(body)))
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Stay silent: the screen shows the calls."""

    return Handler


def _is_for_another(hosts: Sequence[str], port: int) -> bool:
    """Whether the proxy has sent a request here instead of to the host that it names.

    The port of that host is seldom the receiver's, which every browser would write after whatever name it came by.
    """
    return len(hosts) == 1 and not hosts[0].strip().endswith(f":{port}")


def _length(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() else 0
