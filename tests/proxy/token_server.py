"""A token server of OAuth 2.0 on loopback, which gives a numbered token to whoever logs in."""

from __future__ import annotations

import json
import socket
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
    given: list[str] = field(default_factory=list[str])

    @property
    def url(self) -> str:
        return f"http://{self.target.netloc}/oauth/token"

    @property
    def form(self) -> dict[str, list[str]]:
        """The last request's."""
        return parse_qs(self.target.last.body.decode())

    def __call__(self, connection: socket.socket) -> None:
        status, body = self.answer or self._answer()
        answers(status, json.dumps(body).encode(), Content_Type="application/json")(connection)

    def _answer(self) -> tuple[int, Any]:
        scheme, _, encoded = self.target.last.headers.get("authorization", "").partition(" ")
        identifier, _, secret = b64decode(encoded).decode().partition(":")
        if scheme != "Basic" or f"{unquote(identifier)}:{unquote(secret)}" != self.login:
            return 401, {"error": "invalid_client"}
        if self.form.get("grant_type") != ["client_credentials"]:
            return 400, {"error": "unsupported_grant_type"}
        self.given.append(f"access-token-{len(self.given) + 1}")
        return 200, {"access_token": self.given[-1], "token_type": "Bearer", "expires_in": self.lifetime}


@contextmanager
def token_server(**members: Any) -> Generator[TokenServer]:
    with running(answers(500)) as target:
        target.script = server = TokenServer(target, **members)
        yield server
