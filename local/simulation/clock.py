"""Simulated time: a queue of what happens when, and coroutines that wait in it."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

from greenlet import getcurrent, greenlet


class Clock:
    """Seconds since 1970 that go on when nothing is left to do at that time.

    An action that `sleep`s lets others go on meanwhile, in plain code that knows nothing of it: each action is a
    greenlet, of which one runs at a time, and which one is decided only by the times.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._queue: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = count()
        self._hub: greenlet | None = None

    def now(self) -> datetime:
        """The time, aware."""
        return datetime.fromtimestamp(self.seconds, UTC)

    def monotonic(self) -> float:
        """The time in seconds."""
        return self.seconds

    def at(self, seconds: float, action: Callable[[], object]) -> None:
        """Have `action` begin at that time, or now where it has passed."""
        self._push(seconds, lambda: greenlet(action).switch())

    def sleep(self, seconds: float) -> None:
        """Let so much time go by; to be called by an action."""
        if self._hub is None:
            raise RuntimeError("only what the clock has begun can wait")
        self._push(self.seconds + seconds, getcurrent().switch)
        self._hub.switch()

    def run(self) -> None:
        """Let everything happen that is to happen."""
        self._hub = getcurrent()
        while self._queue:
            seconds, _, resume = heapq.heappop(self._queue)
            self.seconds = max(self.seconds, seconds)
            resume()

    def _push(self, seconds: float, resume: Callable[[], object]) -> None:
        heapq.heappush(self._queue, (seconds, next(self._numbers), resume))
