"""Sends one message and reads its answer, within bounds of time and of bytes, over connections that are kept.

Nothing of the environment is heeded (no proxy variables, no netrc), no redirect is followed, nothing is sent twice.
"""

from __future__ import annotations

import ssl
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from urllib3 import Timeout, exceptions

from proxy.connection import Deadline, PlainPool, TlsPool
from proxy.errors import TransportError

if TYPE_CHECKING:
    from collections.abc import Callable

    from urllib3 import BaseHTTPResponse, HTTPConnectionPool

    from proxy.destination import Destination
    from proxy.message import Message
    from schedule_client.contract import Address

MAX_BODY_BYTES = 64 * 1024
CONNECT_SECONDS = 10.0
# Load balancers and NAT gateways forget a silent connection after a minute or a few; a frozen function does not notice.
IDLE_SECONDS = 50.0
MAX_POOLS = 32


@dataclass(frozen=True, slots=True)
class Reply:
    """A target's answer: the body decoded and cut at MAX_BODY_BYTES, `complete` when nothing of it is missing."""

    status: int
    body: bytes
    content_type: str
    complete: bool
    redirected_to: str | None = None


class Transport:
    """One pool of connections per endpoint, for the life of the process; makes one call at a time."""

    def __init__(
        self,
        ssl_context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._new_ssl_context, self._monotonic = ssl_context, monotonic
        self._ssl_context: ssl.SSLContext | None = None
        self._deadline = Deadline(monotonic)
        self._pools: OrderedDict[tuple[str, str, int], tuple[HTTPConnectionPool, float]] = OrderedDict()

    def send(self, message: Message, destination: Destination, seconds: float) -> Reply:
        """The answer to `message`, within `seconds` in all; TransportError when there is none."""
        self._deadline.set(seconds)
        try:
            response = self._pool(destination.endpoint).urlopen(
                message.method,
                destination.target,
                body=message.body,
                headers=message.headers,
                retries=False,
                redirect=False,
                assert_same_host=False,
                timeout=Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds),
                preload_content=False,
            )
        except exceptions.HTTPError as error:
            raise _translated(error) from error
        return _reply(response)

    def close(self) -> None:
        """Close the connections; the next call makes new ones."""
        while self._pools:
            self._pools.popitem()[1][0].close()

    def _pool(self, endpoint: Address) -> HTTPConnectionPool:
        key, now = (endpoint.scheme, endpoint.host, endpoint.port), self._monotonic()
        pool, used = self._pools.pop(key, (None, now))
        if pool is not None and now - used > IDLE_SECONDS:
            pool.close()
            pool = None
        if pool is None:
            pool = self._new_pool(endpoint)
        self._pools[key] = (pool, now)
        if len(self._pools) > MAX_POOLS:
            self._pools.popitem(last=False)[1][0].close()
        return pool

    def _new_pool(self, endpoint: Address) -> HTTPConnectionPool:
        given: dict[str, Any] = {"host": endpoint.host, "port": endpoint.port, "maxsize": 1, "deadline": self._deadline}
        if endpoint.scheme == "http":
            return PlainPool(**given)
        if self._ssl_context is None:
            self._ssl_context = self._new_ssl_context()
        return TlsPool(**given, ssl_context=self._ssl_context)


def _reply(response: BaseHTTPResponse) -> Reply:
    body, complete = _read(response)
    headers = response.headers
    return Reply(
        response.status,
        body,
        headers.get("Content-Type", ""),
        complete,
        _redirected_to(headers.get("Location")) if 300 <= response.status < 400 else None,
    )


def _read(response: BaseHTTPResponse) -> tuple[bytes, bool]:
    """The body as far as it arrives, decodes and fits; the status has been given, so no failure here changes it."""
    body = bytearray()
    try:
        while len(body) <= MAX_BODY_BYTES:
            if not (piece := response.read1(MAX_BODY_BYTES + 1 - len(body))):
                response.release_conn()
                return bytes(body), True
            body += piece
    except (exceptions.HTTPError, OSError, ValueError):
        pass
    response.close()
    return bytes(body[:MAX_BODY_BYTES]), False


def _redirected_to(location: str | None) -> str | None:
    """Scheme and host of a Location, or its path: never its query, where credentials travel."""
    if location is None or not location.isascii() or not location.isprintable():
        return None
    return location.partition("?")[0].partition("#")[0].rpartition("@")[2][:200]


def _translated(error: exceptions.HTTPError) -> TransportError:
    """One word and one sentence for each way to get no answer; the error's own text may quote the URL."""
    cause = error.args[1] if isinstance(error, exceptions.ProtocolError) and len(error.args) > 1 else error
    for kinds, reason, sentence in _FAILURES:
        if isinstance(cause, kinds):
            return TransportError(reason, sentence)
    return TransportError("invalid-response", "the target answered something that is not HTTP")


_TOO_LATE = "the target did not answer in time, and may have done its work"
# The first that fits; NameResolutionError is a NewConnectionError, and that a TimeoutError, of urllib3.
_FAILURES: tuple[tuple[type[BaseException], str, str], ...] = (
    (exceptions.NameResolutionError, "dns", "the target's name has no address"),
    (exceptions.NewConnectionError, "connect", "the target does not take connections"),
    (exceptions.ConnectTimeoutError, "connect-timeout", "the target did not take the connection in time"),
    (exceptions.TimeoutError, "timeout", _TOO_LATE),
    (TimeoutError, "timeout", _TOO_LATE),
    (exceptions.SSLError, "tls", "no TLS connection: the target's certificate or protocol is not trusted"),
    (
        ConnectionError,
        "connection-lost",
        "the target closed the connection, and may have done its work",
    ),
    (OSError, "connection-lost", "the connection broke, and the target may have done its work"),
)
