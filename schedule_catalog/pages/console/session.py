"""Sign-in of a console: only the browser that opened the printed address may use it."""

from __future__ import annotations

import hmac
from secrets import token_urlsafe
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_COOKIE = "schedules-console"


class ConsoleSession:
    """One sign-in: the token in the printed address works once, and leaves a cookie that no page of another site sends.

    The console runs with its operator's own rights, and every program of the machine reaches loopback.
    """

    def __init__(self, port: int) -> None:
        self.token: str | None = token_urlsafe(24)
        # A cookie belongs to a host at all its ports: two consoles on one machine keep theirs apart by name.
        self._name = f"{_COOKIE}-{port}"
        self._value = token_urlsafe(24)

    def open(self, token: str) -> str | None:
        """Return the Set-Cookie header for the printed token; None for any other, and for one that was used."""
        if self.token is None or not hmac.compare_digest(token.encode(), self.token.encode()):
            return None
        self.token = None
        return f"{self._name}={self._value}; Path=/; HttpOnly; SameSite=Strict"

    def admits(self, cookies: Mapping[str, str]) -> bool:
        """Tell whether the cookies of a request have that of this session."""
        return hmac.compare_digest(cookies.get(self._name, "").encode(), self._value.encode())
