"""Guard of a server on loopback: it answers programs of this machine, and web pages of only its own origin.

A browser lets every page send requests to 127.0.0.1, and a page whose name leads to 127.0.0.1 even reads the answers.
The guard reads headers that a browser cannot omit: `Host`, `Origin` and `Sec-Fetch-Site`. Programs send only the first,
so it does not affect them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Any

_LOOPBACK = frozenset(("127.0.0.1", "localhost", "[::1]"))
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::(\d{1,5}))?")
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?|\[[0-9a-f:.]+\]")
_OWN_SITES = frozenset(("same-origin", "none"))
_POLICY_VIOLATION = 1008  # https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class GuardRefusal:
    """Response to a request that the guard refuses."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class LoopbackGuard:
    """Decides which requests a server answers.

    hosts: further names of the server, at any port, such as `host.docker.internal`.
    also: further hosts, as in the `Host` header in lower case; such a name must not be able to resolve to loopback.
    advice: how to allow a name.
    """

    hosts: frozenset[str] = frozenset()
    also: Callable[[str], bool] = lambda host: False
    advice: str = "use its own address"

    def refusal(self, target: str, headers: Iterable[tuple[str, str]], port: int | None) -> GuardRefusal | None:
        """Return why the server, which listens on `port`, refuses this request; None if it answers.

        `target` is the request target, or its rest after the server has read it as a path.
        """
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in headers:
            found[name.lower()].append(value.strip().lower())
        if len(found["host"]) != 1 or not target.startswith("/"):
            return GuardRefusal(400, "send the request with one Host header and a path")
        (host,) = found["host"]
        if not self.answers_to(host, port):
            return GuardRefusal(421, f"this server does not answer to that host: {self.advice}")
        if "access-control-request-method" in found:
            return GuardRefusal(403, "pages of another origin cannot use this server")
        own_origins = {f"http://{host}", f"https://{host}"}
        if not (own_origins.issuperset(found["origin"]) and _OWN_SITES.issuperset(found["sec-fetch-site"])):
            return GuardRefusal(
                403, "pages of another origin cannot use this server: type or paste its address to open it"
            )
        return None

    def answers_to(self, host: str, port: int | None) -> bool:
        """Return whether a `Host` header, in lower case, names the server that listens on `port`."""
        if (found := _HOST.fullmatch(host)) is None:
            return False
        named = int(found[2] or 80)
        return found[1] in self.hosts or (found[1] in _LOOPBACK and named == port) or self.also(host)


class GuardedApp:
    """ASGI app that receives only admitted requests, and whose responses other origins cannot read."""

    def __init__(self, app: App, guard: LoopbackGuard) -> None:
        self._app, self._guard = app, guard

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        server: tuple[str, int | None] | None = scope.get("server")
        refusal = self._guard.refusal(scope["path"], headers, server[1] if server else None)
        if refusal is None:
            return await self._app(scope, receive, partial(_send_unshared, send))
        if scope["type"] == "websocket":
            await receive()
            return await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return await _refuse(refusal, send)


def checked_host(text: str) -> str:
    """Return the name of a host that a guard may answer to, in lower case; ValueError for other texts."""
    host = text.strip().lower()
    if _NAME.fullmatch(host) is None:
        raise ValueError(f'"{text}" is not a host: write its name without scheme and port, like host.docker.internal')
    return host


async def _refuse(refusal: GuardRefusal, send: Send) -> None:
    text = f"{refusal.reason}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


async def _send_unshared(send: Send, message: Message) -> None:
    """Sender of the app's messages without headers that admit other origins."""
    if "headers" in message:
        kept = [(name, value) for name, value in message["headers"] if not name.lower().startswith(b"access-control-")]
        message = {**message, "headers": kept}
    await send(message)
