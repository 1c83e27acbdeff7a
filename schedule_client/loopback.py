"""Guard of a server on loopback: it answers programs of this machine, and no web page but its own.

A browser lets every page send requests to 127.0.0.1, and a page whose name leads to 127.0.0.1 even reads the answers.
The guard goes by what a browser cannot leave out: `Host`, `Origin` and `Sec-Fetch-Site`. Programs send no more than the
first, so it costs them nothing.
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
    """Answer to a request that the guard does not let pass."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class LoopbackGuard:
    """Decides which requests a server answers.

    hosts: names by which it is reached besides loopback's own, at any port, such as `host.docker.internal`.
    also: further hosts, as the `Host` header has them in lower case; nobody may be able to have such a name resolve to
    loopback.
    advice: what to do to allow a name.
    """

    hosts: frozenset[str] = frozenset()
    also: Callable[[str], bool] = lambda host: False
    advice: str = "use its own address"

    def refusal(self, target: str, headers: Iterable[tuple[str, str]], port: int | None) -> GuardRefusal | None:
        """Why the server, which listens on `port`, does not answer this request; None where it does.

        `target` is the request target, or what is left of it after the server took it for a path.
        """
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in headers:
            found[name.lower()].append(value.strip().lower())
        if len(found["host"]) != 1 or not target.startswith("/"):
            return GuardRefusal(400, "write the request with one Host header and a path")
        (host,) = found["host"]
        if not self.answers_to(host, port):
            return GuardRefusal(421, f"this server does not answer to that host: {self.advice}")
        if "access-control-request-method" in found:
            return GuardRefusal(403, "no page of another origin may use this server")
        own_origins = {f"http://{host}", f"https://{host}"}
        if not (own_origins.issuperset(found["origin"]) and _OWN_SITES.issuperset(found["sec-fetch-site"])):
            return GuardRefusal(
                403, "no page of another origin may use this server: type or paste its address to open it"
            )
        return None

    def answers_to(self, host: str, port: int | None) -> bool:
        """Whether a `Host` header, in lower case, names the server that listens on `port`."""
        if (found := _HOST.fullmatch(host)) is None:
            return False
        named = int(found[2] or 80)
        return found[1] in self.hosts or (found[1] in _LOOPBACK and named == port) or self.also(host)


class GuardedApp:
    """An ASGI app that receives only what the guard lets pass, and whose answers share nothing with other origins."""

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
    """The name of a host that a guard may answer to, in lower case; ValueError for what is not one."""
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
    """Send a message of the app without the headers by which a server lets other origins in."""
    if "headers" in message:
        kept = [(name, value) for name, value in message["headers"] if not name.lower().startswith(b"access-control-")]
        message = {**message, "headers": kept}
    await send(message)
