"""Calls that a laptop stack's receiver answers, and the failures that a person switches on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, get_args
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings

Failure: TypeAlias = Literal["503", "400", "hang", "refuse"]
"""Way in which a host fails."""

FAILURES: Mapping[Failure, str] = {
    "503": "answers 503: the proxy retries",
    "400": "answers 400: the run is undelivered at once",
    "hang": "never answers: the call times out",
    "refuse": "closes the connection",
}

ANSWERS: Mapping[Failure, str] = {"503": "503", "400": "400", "hang": "no answer", "refuse": "connection closed"}
"""Answer of a failing host, in a list of calls."""

MINUTES = (2, 10, 60)
"""Times for which a host may fail; it recovers by itself."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class ReceivedCall:
    """One call; header values are not kept, because they hold secrets, and of a long body only the beginning.

    number: counts the calls.
    answer: the status, or the failure that it met.
    """

    number: int
    at: datetime
    method: str
    host: str
    path: str
    header_names: tuple[str, ...]
    schedule: str
    body: bytes
    length: int
    answer: str


@dataclass(frozen=True, slots=True)
class Failing:
    """Failure of a host, until an instant (UTC)."""

    failure: Failure
    until: datetime


class Calls(Protocol):
    """Receiver of a laptop stack."""

    def received(self, after: int = 0) -> Sequence[ReceivedCall]:
        """Return the last calls with a higher number than *after*, the newest first."""
        ...

    def failing(self) -> Mapping[str, Failing]:
        """Return the hosts that fail now."""
        ...

    def fail(self, host: str, failure: Failure, minutes: int) -> None:
        """Let a host fail from now on."""
        ...

    def recover(self, host: str) -> None:
        """Let a host answer again."""
        ...


def failure_of(text: str) -> Failure | None:
    """Return the failure of this name, if there is one."""
    return next((each for each in get_args(Failure) if each == text), None)


def hosts(calls: Calls, entries: Iterable[Entry], settings: Settings) -> list[str]:
    """Return the hosts that the receiver answers for, sorted: those of the catalog, those that were called or fail."""
    called = {call.host for call in calls.received() if call.host}
    return sorted(called | set(calls.failing()) | set(_catalog_hosts(entries, settings)))


def _catalog_hosts(entries: Iterable[Entry], settings: Settings) -> Iterable[str]:
    for entry in entries:
        url = entry.request.url or settings.services.get(entry.request.service or "")
        parts = urlsplit(url or "")
        if parts.hostname and parts.hostname not in _LOOPBACK:
            yield parts.netloc.lower()
