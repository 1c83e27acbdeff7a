"""Transport of one message and its response, with limits for time and bytes, over kept connections.

It ignores the environment (proxy variables, netrc), follows no redirect, and sends nothing twice.
"""

from __future__ import annotations

import ssl
import time
from collections import OrderedDict
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from urllib3 import Timeout, exceptions

from proxy.body import read_body
from proxy.connection import CONNECT_SECONDS, Deadline, PlainPool, TlsPool
from proxy.errors import HandshakeError, TransportError
from proxy.guard import Guard
from proxy.tls import tls_context
from schedule_client.contract.records import field, frozen
from schedule_client.contract.times import utc_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from urllib3 import BaseHTTPResponse, HTTPConnectionPool

    from proxy.certificates import TlsIdentity
    from proxy.destination import Destination
    from proxy.message import Message
    from schedule_client.contract.address import Address

    _PoolKey: TypeAlias = tuple[str, str, int, tuple[str, ...], TlsIdentity | None]

# Load balancers and NAT gateways drop a silent connection after a few minutes; a frozen function does not notice.
IDLE_SECONDS = 50.0
MAX_POOLS = 32


@frozen
class Reply:
    """Response of a target: the body decoded and cut at MAX_BODY_BYTES, `complete` if nothing of it is missing.

    `location` is the unchanged one of a redirect; `retry_after_seconds` is the value of a Retry-After, `stop` whether a
    Webhook-Retry says "no".
    """

    status: int
    body: bytes
    content_type: str
    complete: bool
    location: str | None = field(default=None, repr=False)
    retry_after_seconds: float | None = None
    stop: bool = False


class Transport:
    """One pool of connections per endpoint, allowed networks and TLS identity; makes one call at a time.

    A kept connection stays with the address that it was made to.
    """

    def __init__(
        self,
        ssl_context: Callable[[], ssl.SSLContext] = tls_context,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
        guard: Guard | None = None,
    ) -> None:
        self._new_ssl_context, self._monotonic, self._now = ssl_context, monotonic, now
        self._guard = guard or Guard()
        self._ssl_context: ssl.SSLContext | None = None
        self._deadline = Deadline(monotonic)
        self._pools: OrderedDict[_PoolKey, tuple[HTTPConnectionPool, float]] = OrderedDict()

    def send(self, message: Message, destination: Destination, seconds: float) -> Reply:
        """Return the response to `message`, within `seconds` in all, including the look-up of the name.

        Raises TransportError without a response, and RefusedError for a forbidden address or an unusable certificate.
        """
        self._deadline.set(seconds)
        try:
            response = self._pool(destination).urlopen(
                message.method,
                destination.target,
                body=message.body,
                headers=message.headers,
                retries=False,
                redirect=False,
                assert_same_host=False,
                timeout=Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds),
                preload_content=False,
                decode_content=False,
            )
        except exceptions.HTTPError as error:
            raise _translated(error, destination.identity) from error
        return _reply(response, self._now)

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        while self._pools:
            self._pools.popitem()[1][0].close()

    def _pool(self, destination: Destination) -> HTTPConnectionPool:
        endpoint, cidrs, identity = destination.endpoint, destination.cidrs, destination.identity
        key, now = (endpoint.scheme, endpoint.host, endpoint.port, cidrs, identity), self._monotonic()
        pool, used = self._pools.pop(key, (None, now))
        if pool is not None and now - used > IDLE_SECONDS:
            pool.close()
            pool = None
        if pool is None:
            pool = self._new_pool(endpoint, cidrs, identity)
        self._pools[key] = (pool, now)
        if len(self._pools) > MAX_POOLS:
            self._pools.popitem(last=False)[1][0].close()
        return pool

    def _new_pool(self, endpoint: Address, cidrs: tuple[str, ...], identity: TlsIdentity | None) -> HTTPConnectionPool:
        given: dict[str, Any] = {
            "host": endpoint.host,
            "port": endpoint.port,
            "maxsize": 1,
            "deadline": self._deadline,
            "dial": partial(self._guard.open, cidrs=cidrs, deadline=self._deadline),
        }
        if endpoint.scheme == "http":
            return PlainPool(**given)
        if identity is not None:
            from proxy.certificates import identity_context

            return TlsPool(**given, identity=identity, ssl_context=identity_context(identity))
        if self._ssl_context is None:
            self._ssl_context = self._new_ssl_context()
        return TlsPool(**given, ssl_context=self._ssl_context)


def _reply(response: BaseHTTPResponse, now: Callable[[], datetime]) -> Reply:
    body, complete = read_body(response)
    headers, status, wait = response.headers, response.status, None
    if "Retry-After" in headers:
        from proxy.retry_after import retry_after

        wait = retry_after(headers["Retry-After"], now())
    return Reply(
        status,
        body,
        headers.get("Content-Type", ""),
        complete,
        headers.get("Location") if 300 <= status < 400 else None,
        wait,
        headers.get("Webhook-Retry", "").strip().lower() == "no",
    )


def _translated(error: exceptions.HTTPError, identity: TlsIdentity | None) -> TransportError:
    """Reason and sentence for each way to get no response; the error's own text may quote the URL.

    With TLS 1.3 a target refuses the client's certificate when the client already believes in the connection.
    """
    told = error.args[0] if isinstance(error, exceptions.SSLError) and error.args else None
    if isinstance(told, ssl.SSLError):
        from proxy.certificates import handshake_failure

        if failure := handshake_failure(told, identity):
            return HandshakeError(*failure)
    cause = error.args[1] if isinstance(error, exceptions.ProtocolError) and len(error.args) > 1 else error
    for kinds, reason, sentence in _FAILURES:
        if isinstance(cause, kinds):
            return TransportError(reason, sentence)
    return TransportError("invalid-response", "the target's response is not HTTP")


_TOO_LATE = "the target did not respond in time, and may have done its work"
# The first match counts; a failure before anything is sent is a TransportError of the connection itself.
_FAILURES: tuple[tuple[type[BaseException], str, str], ...] = (
    (exceptions.TimeoutError, "timeout", _TOO_LATE),
    (TimeoutError, "timeout", _TOO_LATE),
    (exceptions.SSLError, "tls", "the TLS connection broke, and the target may have done its work"),
    (
        ConnectionError,
        "connection-lost",
        "the target closed the connection, and may have done its work",
    ),
    (OSError, "connection-lost", "the connection broke, and the target may have done its work"),
)
