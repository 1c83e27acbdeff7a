"""Work of a schedule every minute, if no process stays alive: remaining outbox records, and overdue tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from callback_api.errors import TaskError
from callback_api.log import warn
from callback_api.schedules import SchedulingError
from callback_api.task import Status, Task, Verdict

if TYPE_CHECKING:
    from callback_api.handlers import Registry
    from callback_api.outbox import Outbox
    from callback_api.schedules import Schedules
    from callback_api.storage import TaskStore

# After the proxy's retries: a task that was not called back by then will not be.
GRACE = timedelta(minutes=10)
_LEASE = timedelta(minutes=1)
# Number of schedules that a sweep can move within API Gateway's time limit.
_REHOMED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Swept:
    """Result of a sweep: outbox records done and to retry, tasks scheduled again, tasks failed, schedules moved."""

    outbox_done: int
    outbox_failed: int
    rescheduled: int
    given_up: int
    rehomed: int = 0


class Sweeper:
    """Sweeps `store` and `schedules`; the proxy retries a call for `retry_minutes`."""

    def __init__(
        self,
        store: TaskStore,
        outbox: Outbox,
        schedules: Schedules,
        registry: Registry,
        retry_minutes: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._registry = registry
        self._store, self._outbox, self._schedules, self._clock = store, outbox, schedules, clock
        self.swept_at: datetime | None = None
        self._patience = timedelta(minutes=retry_minutes) + GRACE

    def sweep(self) -> Swept:
        """Handle overdue tasks, drain the outbox, then move schedules of an older version."""
        self.swept_at = now = self._clock()
        ends = [self._look_after(task, now) for task in self._store.overdue(now - self._patience)]
        drained = self._outbox.drain()
        return Swept(drained.done, drained.failed, ends.count("rescheduled"), ends.count("given-up"), self._rehomed())

    def _rehomed(self) -> int:
        try:
            return self._schedules.rehome(_REHOMED_AT_ONCE)
        except SchedulingError as error:
            warn("schedules-not-moved", reason=str(error))
            return 0

    def _look_after(self, task: Task, now: datetime) -> str:
        """Schedule tasks again that no schedule called; end tasks as FAILED when the proxy has stopped retrying.

        Only a handler can fail: a task without one waits for the deployment that adds it.
        """
        tried = self._registry.get(task.name) is not None
        failed = task.error is not None or task.status is Status.RUNNING
        called_in_vain = tried and failed and task.run_key is not None
        try:
            end = self._give_up(task, now) if called_in_vain else self._schedule_again(task, now)
        except TaskError:
            return "changed"  # changed by another process meanwhile
        warn("task-overdue", task_id=task.id, task=task.name, end=end)
        return end

    def _schedule_again(self, task: Task, now: datetime) -> str:
        self._store.reschedule(task, now, now)
        return "rescheduled"

    def _give_up(self, task: Task, now: datetime) -> str:
        started = self._store.begin(task.id, task.run_key or task.id, now + _LEASE, now)
        if started.verdict is not Verdict.RUN or started.task is None:
            return "changed"
        self._store.fail(started.task, started.task.error or "all of its calls failed", now, permanent=True)
        return "given-up"
