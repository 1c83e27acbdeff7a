"""Outlines of requests: an application makes the same few calls again and again, each with another body."""

from __future__ import annotations

import marshal
from operator import attrgetter

from schedule_client.contract.records import member_names
from schedule_client.contract.request import Auth, Request, Retry

_BESIDE = ("body", "form", "text", "auth", "retry")
_MEMBERS = attrgetter(*(name for name in member_names(Request) if name not in _BESIDE))
_AUTH, _RETRY = attrgetter(*member_names(Auth)), attrgetter(*member_names(Retry))
_MOST = 256


class Outlines:
    """Outlines that passed all checks, so that only the bodies of further requests like them need one."""

    def __init__(self) -> None:
        self._passed: set[bytes] = set()

    def __contains__(self, outline: bytes | None) -> bool:
        return outline in self._passed

    def add(self, outline: bytes) -> None:
        """Remember an outline; when there are too many, the others are forgotten."""
        if len(self._passed) >= _MOST:
            self._passed = set()
        self._passed.add(outline)


def outline_of(request: Request) -> bytes | None:
    """Return everything in a request but its body, of which it has the type; None for an unusual request.

    Unlike equality, marshal distinguishes 1 from True and a text from a subclass.
    """
    if type(request) is not Request or request.form is not None or request.text is not None:
        return None
    auth, retry = request.auth, request.retry
    if type(auth) not in (Auth, type(None)) or type(retry) not in (Retry, type(None)):
        return None
    records = (auth and _AUTH(auth), retry and _RETRY(retry))
    try:
        return marshal.dumps((_MEMBERS(request), records, type(request.body).__name__), 2)
    except ValueError:
        return None
