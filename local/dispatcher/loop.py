"""The dispatcher in real time: one thread that polls, sends and sleeps."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from local.dispatcher.errors import SourceError
from local.dispatcher.notice import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.dispatcher.dispatcher import Dispatcher
    from local.dispatcher.interfaces import Clock, Notify

POLL_SECONDS = 0.3
# Listing many schedules takes long: polling takes no more than this part of the time, as long as a call is found soon
# enough that is created a minute ahead, which is the shortest.
POLL_SHARE = 0.04
LONGEST_PAUSE_SECONDS = 20.0


class Loop:
    """Runs a dispatcher until `stop`; `failure` is what ended it before that, if anything did.

    `wait` lets the given seconds pass, or fewer where it is stopped meanwhile.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        notify: Notify,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._dispatcher = dispatcher
        self._clock = clock
        self._notify = notify
        self._monotonic = monotonic
        self._stopping = threading.Event()
        self._wait = wait or self._stopping.wait
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
        except BaseException as error:  # shown by the starter of the loop
            self.failure = error

    def _work(self) -> None:
        poll_at = 0.0
        while not self._stopping.is_set():
            if self._monotonic() >= poll_at:
                poll_at = self._refresh()
            if self._draining.is_set():
                upcoming = self._dispatcher.finish()
            else:
                upcoming = self._dispatcher.step()
                if self._tidy():
                    continue  # with what fell due meanwhile
            self._wait(self._pause(upcoming, poll_at))

    def _refresh(self) -> float:
        began = self._monotonic()
        try:
            self._dispatcher.refresh()
            self._unreachable = False
        except SourceError as error:
            self._tell(error)
        ended = self._monotonic()
        return ended + min(max(POLL_SECONDS, (ended - began) / POLL_SHARE), LONGEST_PAUSE_SECONDS)

    def _tidy(self) -> bool:
        try:
            return self._dispatcher.tidy()
        except SourceError as error:
            self._tell(error)
            return False

    def _tell(self, error: SourceError) -> None:
        """Say once that the Scheduler API does not answer."""
        if not self._unreachable:
            self._notify(Notice(NoticeKind.UNREACHABLE, self._clock(), "", str(error)))
        self._unreachable = True

    def _pause(self, upcoming: datetime | None, poll_at: float) -> float:
        pause = poll_at - self._monotonic()
        if upcoming is not None:
            pause = min(pause, (upcoming - self._clock()) / timedelta(seconds=1))
        return max(pause, 0.0)
