"""Outbox: creates and deletes schedules in EventBridge Scheduler for committed tasks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from anyio import CancelScope, to_thread

from callback_api.access import CATALOG_USER
from callback_api.errors import StoreError
from callback_api.log import say, warn
from callback_api.mount import CALLBACK_PATH
from callback_api.schedules import SchedulingError
from callback_api.task import OutboxAction, OutboxRecord, Status, Task

if TYPE_CHECKING:
    from callback_api.mount import Mount
    from callback_api.schedules import Schedules
    from callback_api.storage import TaskStore

BATCH = 25
CONCURRENCY = 8
# Time to collect outbox records while others are processed, so that many become one batch.
GATHERING_SECONDS = 0.05
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Drained:
    """Number of outbox records that are done, and that must be retried."""

    done: int = 0
    failed: int = 0

    def __add__(self, other: Drained) -> Drained:
        return Drained(self.done + other.done, self.failed + other.failed)


class Outbox:
    """Drains the outbox of `store`, with one thread of this process at a time, and any number of processes."""

    def __init__(
        self,
        store: TaskStore,
        schedules: Schedules,
        clock: Callable[[], datetime],
        mount: Mount,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store, self._schedules, self._clock, self._pause = store, schedules, clock, pause
        self._mount = mount
        self._lock = threading.Lock()
        self._draining = self._wanted = False
        self._idle = threading.Event()
        self._idle.set()

    def drain(self) -> Drained:
        """Process due records until none is left; returns at once if another thread does, which then checks once more.

        An unreachable outbox waits for the next sweep, and so does one in a process without requests so far: it does
        not know the path to call yet.
        """
        return self._drain() if self._begins() else Drained()

    async def drain_soon(self) -> None:
        """Drain in a thread, unless another thread drains already."""
        if self._begins():
            with CancelScope(shield=True):  # a started drain must end
                await to_thread.run_sync(self._drain)

    def _begins(self) -> bool:
        """Whether the caller must drain."""
        with self._lock:
            self._wanted = True
            if self._draining:
                return False
            self._draining = True
            self._idle.clear()
            return True

    def _drain(self) -> Drained:
        drained = Drained()
        while self._still_wanted():
            try:
                drained += self._drain_once()
            except StoreError as error:
                warn("outbox-unreachable", error)
            except BaseException:
                with self._lock:  # the next drain starts again
                    self._stop()
                raise
            if self._wanted:
                self._pause(GATHERING_SECONDS)
        return drained

    def wait(self, seconds: float) -> bool:
        """Wait until no thread is draining; return whether that happened in time."""
        return self._idle.wait(seconds)

    def _still_wanted(self) -> bool:
        with self._lock:
            wanted, self._wanted = self._wanted, False
            if not wanted:
                self._stop()
            return wanted

    def _stop(self) -> None:
        self._draining = False
        self._idle.set()

    def _drain_once(self) -> Drained:
        drained = Drained()
        if self._mount.path is None:
            return drained
        while records := self._store.outbox_records(self._clock(), BATCH):
            tasks = self._store.get_many([record.task_id for record in records])
            done = self._run_all({record: tasks.get(record.task_id) for record in records})
            self._store.outbox_done(done, self._clock())
            drained += Drained(len(done), len(records) - len(done))
        return drained

    def _run_all(self, tasks: Mapping[OutboxRecord, Task | None]) -> Mapping[OutboxRecord, str | None]:
        """ARNs of the records that succeeded, several at a time."""
        if len(tasks) == 1:
            outcomes = [self._try(*each) for each in tasks.items()]
        else:
            with ThreadPoolExecutor(CONCURRENCY) as threads:
                outcomes = list(threads.map(self._try, tasks.keys(), tasks.values()))
        return {record: arn for record, (succeeded, arn) in zip(tasks, outcomes, strict=True) if succeeded}

    def _try(self, record: OutboxRecord, task: Task | None) -> tuple[bool, str | None]:
        try:
            return True, self._run(record, task) if task is not None else None
        except SchedulingError as error:
            warn(
                "outbox-failed",
                task_id=record.task_id,
                action=record.action,
                attempt=record.attempts,
                reason=str(error),
            )
            self._store.outbox_failed(record, self._clock() + wait_after(record.attempts))
            return False, None

    def _run(self, record: OutboxRecord, task: Task) -> str | None:
        if record.action is OutboxAction.CANCEL:
            self._schedules.cancel(task)
            say("schedule-removed", task_id=task.id)
            return None
        if not _needs_schedule(task):
            return task.schedule_arn
        if task.schedule_arn is not None:  # it was moved, or no schedule called it
            self._schedules.cancel(task)
        arn = self._schedules.schedule(task, f"{self._mount.path or ''}{CALLBACK_PATH}", self._clock())
        say("schedule-made", task_id=task.id, scheduled_at=task.scheduled_at.isoformat())
        return arn


def wait_after(attempts: int) -> timedelta:
    """Return the delay of an outbox record after its n-th attempt."""
    return min(_FIRST_WAIT * 2 ** min(attempts - 1, 10), _LONGEST_WAIT)


def _needs_schedule(task: Task) -> bool:
    """Whether only a schedule calls the task: the schedule of a catalog's entry retries by itself."""
    called_already = task.user_id == CATALOG_USER and task.scheduled_at == task.created_at
    return task.status is Status.SCHEDULED and not called_already
