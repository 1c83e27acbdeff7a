"""Execution of a task that is called back: it is started, done and ended, once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import anyio
from anyio import CapacityLimiter, to_thread
from fastapi.concurrency import contextmanager_in_threadpool

from callback_api.access import CATALOG_USER
from callback_api.errors import LeaseLostError, ProblemError, StoreError, TooLargeError, retry_after
from callback_api.handlers import SECONDS, Call, Handler, PermanentError, Registry, is_async
from callback_api.log import say, warn
from callback_api.new_task import json_data
from callback_api.task import Started, Task, Verdict

if TYPE_CHECKING:
    from callback_api.storage import TaskStore, Work

# Longer than a handler may take, so that a running one is never taken over.
LEASE = timedelta(seconds=SECONDS + 10)
THREADS = 20
# Characters that the text of a time omits.
_ROUNDED = timedelta(milliseconds=1)
_ERROR_LENGTH = 500
_LONGEST_EARLY_SECONDS = 3600
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 5, 300
STOP = {"Webhook-Retry": "no"}
"""Header of a response that tells the proxy not to retry."""
_CATALOG_TASKS = uuid.UUID("6f1f2c0e-6f0b-4b0e-8a7e-2f8f5b0a6c11")


class NoDefaultHandlerError(Exception):
    """The task has no name, and there is no default handler."""

    def __str__(self) -> str:
        return "the task has no name, and no handler is registered with @task(NAME, default=True)"


class Execution:
    """Does tasks of `store` with the handlers of `registry`, each within `seconds`."""

    def __init__(
        self, store: TaskStore, registry: Registry, clock: Callable[[], datetime], seconds: float = SECONDS
    ) -> None:
        self._store, self._registry, self._clock, self._seconds = store, registry, clock, seconds
        self._threads: CapacityLimiter | None = None

    async def call_of_template(self, task_id: int, user_id: int, run_key: str) -> Task:
        """Do a task that was copied from the template, as the template's own schedules request it."""
        found = await to_thread.run_sync(self._store.get, str(task_id))
        if found is None or found.name or found.user_id != str(user_id):
            raise ProblemError(404, "no-task", f"no task {task_id} of user {user_id}", STOP)
        return await self.call(found.id, run_key)

    async def call(self, task_id: str, run_key: str, scheduled_at: datetime | None = None) -> Task:
        """Do a task, unless it is done already; ProblemError says whether to call again.

        A call for an earlier time than that of the task was made obsolete by a move, and does nothing.
        """
        now = self._clock()
        started = await to_thread.run_sync(self._store.begin, task_id, run_key, now + LEASE, now)
        if started.verdict is Verdict.RUN and started.task is not None:
            return await self._do(started.task)
        found = started.task
        if scheduled_at is not None and found is not None and scheduled_at < found.scheduled_at - _ROUNDED:
            return found
        return _answer(task_id, started, now)

    async def call_new(self, name: str, data: Any, run_key: str) -> Task:
        """Create and do a task for a run of a catalog's entry, which is identified by its run key."""
        if self._registry.get(name) is None:
            raise ProblemError(422, "no-handler", f"{_unknown(name)}: {', '.join(self._registry.names)}", STOP)
        now = self._clock()
        made = Task(
            id=str(uuid.uuid5(_CATALOG_TASKS, run_key)),
            user_id=CATALOG_USER,
            name=name,
            data=data,
            key=run_key,
            scheduled_at=now,
            created_at=now,
            updated_at=now,
        )
        task, _ = await to_thread.run_sync(self._store.add, made)
        return await self.call(task.id, run_key)

    async def _do(self, task: Task) -> Task:
        handler = self._registry.get(task.name)
        if handler is None and not task.name:  # a deployment can still add the handler
            return await self._failed(task, NoDefaultHandlerError())
        if handler is None:
            return await self._failed(task, PermanentError(_unknown(task.name)))
        try:
            done = await self._done(task, handler)
        except LeaseLostError as error:
            raise _busy(task.id, LEASE) from error
        except (Exception, SystemExit) as error:  # any failure is that of the task, not of the service
            return await self._failed(task, error)
        say("task-completed", **_said(done))
        return done

    async def _done(self, task: Task, handler: Handler) -> Task:
        if is_async(handler):
            return await self._done_async(task, handler)
        with anyio.fail_after(self._seconds):
            return await to_thread.run_sync(
                self._done_sync, task, handler, abandon_on_cancel=True, limiter=self._limiter()
            )

    def _done_sync(self, task: Task, handler: Handler) -> Task:
        with self._store.work(task) as work:
            result = handler(_call(task, work))
            return work.complete(json_data(result, "the handler's result"), self._clock())

    async def _done_async(self, task: Task, handler: Handler) -> Task:
        async with contextmanager_in_threadpool(self._store.work(task)) as work:
            with anyio.fail_after(self._seconds):
                result = await handler(_call(task, work))
            return await to_thread.run_sync(work.complete, json_data(result, "the handler's result"), self._clock())

    async def _failed(self, task: Task, error: BaseException) -> Task:
        """End the task and return it, or give it back and raise the response."""
        permanent = isinstance(error, PermanentError | TooLargeError)
        text = _worded(error, self._seconds)
        warn("task-failed", None if permanent else error, permanent=permanent, reason=text, **_said(task))
        with suppress(LeaseLostError, StoreError):  # then the lease expires by itself
            now = self._clock()
            ended = await to_thread.run_sync(lambda: self._store.fail(task, text, now, permanent=permanent))
            if permanent:
                return ended  # the run is delivered: its result is for the task's user
        detail = f"the task failed: {text}"
        raise ProblemError(503, "task-failed-for-now", detail, retry_after(wait_seconds(task.attempts)))

    def _limiter(self) -> CapacityLimiter:
        """Threads only for handlers, so that slow ones do not block the routes."""
        if self._threads is None:
            self._threads = CapacityLimiter(THREADS)
        return self._threads


def wait_seconds(attempts: int) -> int:
    """Return the delay that the proxy is asked to wait after the n-th attempt."""
    return min(_FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 10), _LONGEST_WAIT_SECONDS)


def _answer(task_id: str, started: Started, now: datetime) -> Task:
    task = started.task
    if task is None:
        raise ProblemError(404, "no-task", f"no task {task_id}", STOP)
    if started.verdict is Verdict.BUSY:
        raise _busy(task_id, (task.lease_until or now) - now)
    if started.verdict is Verdict.EARLY:
        wait = min(max(1, int((task.scheduled_at - now).total_seconds()) + 1), _LONGEST_EARLY_SECONDS)
        raise ProblemError(425, "too-early", f"the task {task_id} is not due yet", retry_after(wait))
    return task


def _busy(task_id: str, left: timedelta) -> ProblemError:
    seconds = max(1, int(left.total_seconds()) + 1)
    return ProblemError(503, "task-busy", f"another call is doing the task {task_id}", retry_after(seconds))


def _call(task: Task, work: Work) -> Call:
    return Call(
        task_id=task.id,
        run_key=task.run_key or task.id,
        data=task.data,
        scheduled_at=task.scheduled_at,
        attempt=task.attempts,
        connection=work.connection,
        transact=work.transact,
    )


def _worded(error: BaseException, seconds: float) -> str:
    """Message of an error for people: the text only of errors that are written for people.

    Other errors may quote a connection's password, a query or a customer, which the task's user must not see.
    """
    if isinstance(error, PermanentError | TooLargeError | NoDefaultHandlerError):
        text = str(error) or "it has no message"
    elif isinstance(error, SystemExit):
        text = "the handler ended the process (SystemExit)"
    elif isinstance(error, TimeoutError) and not error.args:
        text = f"it took longer than {seconds:g} s"
    else:
        text = f"{type(error).__name__}: the service's log has the details"
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()[:_ERROR_LENGTH]


def _said(task: Task) -> dict[str, Any]:
    return {"task_id": task.id, "task": task.name, "run_key": task.run_key, "attempt": task.attempts}


def _unknown(name: str) -> str:
    return f'no handler is registered as "{name}"'
