"""Simulated time: a queue of what happens when."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count


class Clock:
    """Seconds since 1970 that go on when told to.

    Each thing happens at its own time and may take some: what is due meanwhile happens after it, at its own time too.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()

    def now(self) -> datetime:
        """The time, aware."""
        return datetime.fromtimestamp(self.seconds, UTC)

    def monotonic(self) -> float:
        """The time in seconds."""
        return self.seconds

    def at(self, seconds: float, action: Callable[[], None]) -> None:
        """Have `action` happen at that time."""
        heapq.heappush(self._queue, (seconds, next(self._numbers), action))

    def run(self) -> None:
        """Let everything happen that is to happen."""
        while self._queue:
            self.seconds, _, action = heapq.heappop(self._queue)
            action()
