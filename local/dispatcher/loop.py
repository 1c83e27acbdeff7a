"""The dispatcher in real time: one thread that polls, sends and sleeps."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from local.dispatcher.errors import SourceError
from local.dispatcher.notice import Notice, NoticeKind

if TYPE_CHECKING:
    from local.dispatcher.dispatcher import Dispatcher
    from local.dispatcher.interfaces import Clock, Notify

POLL_SECONDS = 0.3
# Listing many schedules takes long: polling never takes more than this part of the time.
POLL_SHARE = 0.04


class Loop:
    """Runs a dispatcher until `stop`; `failure` is what ended it before that, if anything did."""

    def __init__(self, dispatcher: Dispatcher, clock: Clock, notify: Notify) -> None:
        self._dispatcher = dispatcher
        self._clock = clock
        self._notify = notify
        self._stopping = threading.Event()
        self._draining = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)
        self._unreachable = False
        self.failure: BaseException | None = None

    def poll(self) -> None:
        """Read the schedules once, before the first of them fires."""
        self._refresh()

    def start(self) -> None:
        """Begin to fire."""
        self._thread.start()

    def drain(self) -> None:
        """Begin no new run; those that have begun go on."""
        self._draining.set()

    def stop(self) -> None:
        """End the thread; a run in flight is brought to its end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def join(self, timeout: float) -> None:
        """Wait for the thread to end by itself, which only a failure makes it do."""
        self._thread.join(timeout)

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # shown by whoever started the loop
            self.failure = error

    def _work(self) -> None:
        poll_at = 0.0
        while not self._stopping.is_set():
            if time.monotonic() >= poll_at:
                poll_at = self._refresh()
            upcoming = self._dispatcher.finish() if self._draining.is_set() else self._dispatcher.step()
            self._stopping.wait(self._pause(upcoming, poll_at))

    def _refresh(self) -> float:
        began = time.monotonic()
        try:
            self._dispatcher.refresh()
            self._unreachable = False
        except SourceError as error:
            if not self._unreachable:
                self._notify(Notice(NoticeKind.UNREACHABLE, self._clock(), "", str(error)))
            self._unreachable = True
        ended = time.monotonic()
        return ended + max(POLL_SECONDS, (ended - began) / POLL_SHARE)

    def _pause(self, upcoming: datetime | None, poll_at: float) -> float:
        pause = poll_at - time.monotonic()
        if upcoming is not None:
            pause = min(pause, (upcoming - self._clock()) / timedelta(seconds=1))
        return max(pause, 0.0)
