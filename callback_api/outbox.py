"""Does at EventBridge Scheduler what tasks were written down to need."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from callback_api.access import CATALOG_USER
from callback_api.errors import StoreError
from callback_api.log import say, warn
from callback_api.schedules import SchedulingError
from callback_api.task import Errand, OutboxRow, Status, Task

if TYPE_CHECKING:
    from callback_api.schedules import Schedules
    from callback_api.storage import TaskStore

BATCH = 25
CONCURRENCY = 8
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Drained:
    """How many errands were done, and how many have to be tried again."""

    done: int = 0
    failed: int = 0

    def __add__(self, other: Drained) -> Drained:
        return Drained(self.done + other.done, self.failed + other.failed)


class Outbox:
    """Drains the outbox of `store`, by one thread of this process at a time, and any number of processes."""

    def __init__(self, store: TaskStore, schedules: Schedules, clock: Callable[[], datetime]) -> None:
        self._store, self._schedules, self._clock = store, schedules, clock
        self._lock = threading.Lock()
        self._draining = self._wanted = False
        self._idle = threading.Event()
        self._idle.set()

    def drain(self) -> Drained:
        """Do what is due, until nothing is; at once if another thread is at it, which then looks once more.

        An outbox that cannot be reached is left for the next sweep.
        """
        with self._lock:
            self._wanted = True
            if self._draining:
                return Drained()
            self._draining = True
            self._idle.clear()
        drained = Drained()
        while self._still_wanted():
            try:
                drained += self._drain_once()
            except StoreError as error:
                warn("outbox-unreachable", error)
        return drained

    def wait(self, seconds: float) -> bool:
        """Wait until no thread is draining; whether that came to pass."""
        return self._idle.wait(seconds)

    def _still_wanted(self) -> bool:
        with self._lock:
            wanted, self._wanted = self._wanted, False
            if not wanted:
                self._draining = False
                self._idle.set()
            return wanted

    def _drain_once(self) -> Drained:
        drained = Drained()
        while rows := self._store.errands(self._clock(), BATCH):
            if len(rows) == 1:
                outcomes = [self._do(rows[0])]
            else:
                with ThreadPoolExecutor(CONCURRENCY) as threads:
                    outcomes = list(threads.map(self._do, rows))
            drained += Drained(sum(outcomes), len(outcomes) - sum(outcomes))
        return drained

    def _do(self, row: OutboxRow) -> bool:
        try:
            task = self._store.get(row.task_id)
            arn = self._run(row, task) if task is not None else None
            self._store.errand_done(row, self._clock(), schedule_arn=arn)
        except SchedulingError as error:
            warn("errand-failed", task_id=row.task_id, errand=row.errand, attempt=row.attempts, reason=str(error))
            self._store.errand_failed(row, self._clock() + wait_after(row.attempts))
            return False
        return True

    def _run(self, row: OutboxRow, task: Task) -> str | None:
        if row.errand is Errand.CANCEL:
            self._schedules.cancel(task)
            say("schedule-removed", task_id=task.id)
            return None
        if not _needs_schedule(task):
            return task.schedule_arn
        arn = self._schedules.schedule(task, self._clock())
        say("schedule-made", task_id=task.id, scheduled_at=task.scheduled_at.isoformat())
        return arn


def wait_after(attempts: int) -> timedelta:
    """How long after its n-th attempt an errand is tried again."""
    return min(_FIRST_WAIT * 2 ** min(attempts - 1, 10), _LONGEST_WAIT)


def _needs_schedule(task: Task) -> bool:
    """Whether nothing else calls the task: the schedule of a catalog's entry has its own way to try again."""
    called_already = task.user_id == CATALOG_USER and task.scheduled_at == task.created_at
    return task.status is Status.SCHEDULED and not called_already
