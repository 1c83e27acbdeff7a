"""Failures that a person has switched on, by host; each ends by itself."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from schedule_catalog.pages.console.calls import Failing, Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

_LOOK_SECONDS = 1.0


class Switches:
    """Safe to use from many threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._failing: dict[str, Failing] = {}
        self._changed = threading.Condition()

    def failing(self) -> Mapping[str, Failing]:
        """Return the hosts that fail now."""
        with self._changed:
            now = self._clock()
            return {host: each for host, each in self._failing.items() if now < each.until}

    def fail(self, host: str, failure: Failure, minutes: int) -> None:
        """Let a host fail from now on."""
        with self._changed:
            self._failing[host.lower()] = Failing(failure, self._clock() + timedelta(minutes=minutes))
            self._changed.notify_all()

    def recover(self, host: str) -> None:
        """Let a host answer again."""
        with self._changed:
            self._failing.pop(host.lower(), None)
            self._changed.notify_all()

    def failure_of(self, host: str) -> Failure | None:
        """Return how a host fails now, if it does."""
        found = self.failing().get(host.lower())
        return found.failure if found else None

    def outlast_hang(self, host: str) -> None:
        """Wait until a host no longer hangs."""
        with self._changed:
            while self._hangs(host.lower()):
                self._changed.wait(_LOOK_SECONDS)

    def stop(self) -> None:
        """Let all hosts answer again, so that no call hangs any longer."""
        with self._changed:
            self._failing.clear()
            self._changed.notify_all()

    def _hangs(self, host: str) -> bool:
        found = self._failing.get(host)
        return found is not None and found.failure == "hang" and self._clock() < found.until
