"""A token server of OAuth 2.0 on loopback, which gives a numbered token to whoever logs in."""

from __future__ import annotations

import json
import socket
import ssl
from base64 import b64decode
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.proxy.target import Target, answers, running


@dataclass
class TokenServer:
    """Gives `lifetime` seconds to the client `login`; `answer` is the status and body of every other answer."""

    target: Target
    login: str = "partner:s3cr3t"
    lifetime: Any = 3600
    answer: tuple[int, Any] | None = None
    scheme: str = "http"
    given: list[str] = field(default_factory=list[str])

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.target.netloc}/oauth/token"

    @property
    def form(self) -> dict[str, list[str]]:
        """The last request's."""
        return parse_qs(self.target.last.body.decode())

    def __call__(self, connection: socket.socket) -> None:
        status, body = self.answer or self._answer()
        answers(status, json.dumps(body).encode(), Content_Type="application/json")(connection)

    def _answer(self) -> tuple[int, Any]:
        if self._shown != self.login:
            return 401, {"error": "invalid_client"}
        if self.form.get("grant_type") != ["client_credentials"]:
            return 400, {"error": "unsupported_grant_type"}
        self.given.append(f"access-token-{len(self.given) + 1}")
        return 200, {"access_token": self.given[-1], "token_type": "Bearer", "expires_in": self.lifetime}

    @property
    def _shown(self) -> str:
        """The login that was sent in one of the two ways of RFC 6749 2.3.1; of both at once neither counts."""
        scheme, _, encoded = self.target.last.headers.get("authorization", "").partition(" ")
        identifier, _, secret = b64decode(encoded).decode().partition(":")
        basic = f"{unquote(identifier)}:{unquote(secret)}" if scheme == "Basic" else ""
        form = ":".join(self.form[name][0] for name in ("client_id", "client_secret") if name in self.form)
        return basic + form


@contextmanager
def token_server(tls: ssl.SSLContext | None = None, **members: Any) -> Generator[TokenServer]:
    with running(answers(500), tls) as target:
        target.script = server = TokenServer(target, scheme="https" if tls else "http", **members)
        yield server
