"""Routes `/api/v1/tasks/…`: schedule, show, cancel and retry one task."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from fastapi import BackgroundTasks, Path, Response

from callback_api.access import may_see
from callback_api.errors import NoTaskError, ProblemError
from callback_api.models import ScheduleRequest, TaskId, TaskView
from callback_api.mount import API
from callback_api.new_task import new_task
from callback_api.problems import documented
from callback_api.routes.route import Caller, GivenKey, Here, for_caller, named

if TYPE_CHECKING:
    from fastapi import APIRouter

    from callback_api.service import Service
    from callback_api.task import Task, TokenOwner

Id: TypeAlias = Annotated[TaskId, Path(alias="task_id", examples=["4dd8b1b6-21b0-4d0f-9a0c-5a3f4c2a9d10"])]


def add_routes(router: APIRouter, caller: Callable[..., Any] | None = None) -> None:
    """Add the routes of single tasks."""
    one = "/api/v1/tasks/{task_id}"
    router.post(
        "/api/v1/tasks/schedule",
        status_code=201,
        **named("schedule_task", "tasks"),
        responses={
            200: {"model": TaskView, "description": "It was already scheduled"},
            **documented(400, 401, 413, 422, 503),
        },
    )(for_caller(schedule, caller))
    router.get(one, **named("get_task", "tasks"), responses=documented(401, 404, 422, 503))(for_caller(get, caller))
    router.delete(one, **named("cancel_task", "tasks"), responses=documented(401, 404, 409, 422, 503))(
        for_caller(cancel, caller)
    )
    router.post(f"{one}/retry", **named("retry_task", "tasks"), responses=documented(401, 404, 409, 422, 503))(
        for_caller(retry, caller)
    )


def schedule(
    body: ScheduleRequest,
    response: Response,
    background: BackgroundTasks,
    here: Here,
    caller: Caller,
    given: GivenKey = None,
) -> TaskView:
    """Schedule a task: 201 for a new one, 200 for one that was already scheduled with its key."""
    task, created = here.store.add(new_task(body, caller.user_id, _key(body, given), here.registry, here.clock()))
    background.add_task(here.outbox.drain_soon)
    response.status_code = 201 if created else 200
    response.headers["Location"] = f"{here.mount.path or ''}{API}tasks/{task.id}"
    return TaskView.of(task)


def get(task_id: Id, here: Here, caller: Caller) -> TaskView:
    """Return one task."""
    return TaskView.of(_own(task_id, here, caller))


def cancel(task_id: Id, background: BackgroundTasks, here: Here, caller: Caller) -> TaskView:
    """Cancel a task that is SCHEDULED: it is not done, even if its call is on its way. 409 if it was started."""
    _own(task_id, here, caller)
    task = here.store.cancel(task_id, here.clock())
    background.add_task(here.outbox.drain_soon)
    return TaskView.of(task)


def retry(task_id: Id, background: BackgroundTasks, here: Here, caller: Caller) -> TaskView:
    """Retry a FAILED task, in the next minute or the one after."""
    _own(task_id, here, caller)
    now = here.clock()
    task = here.store.retry(task_id, now, now)
    background.add_task(here.outbox.drain_soon)
    return TaskView.of(task)


def _own(task_id: str, here: Service, caller: TokenOwner) -> Task:
    """Task, if the caller may see it; another user's is reported as missing."""
    task = here.store.get(task_id)
    if task is None or not may_see(caller, task):
        raise NoTaskError(f"no task {task_id}")
    return task


def _key(body: ScheduleRequest, given: str | None) -> str | None:
    if body.key is not None and given is not None and body.key != given:
        raise ProblemError(422, "invalid-request", "the key of the body and the Idempotency-Key differ")
    return body.key or given
