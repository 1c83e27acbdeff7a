"""`/api/v1/tasks/…`: one task, scheduled, seen, cancelled and done again."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

from fastapi import BackgroundTasks, Header, Path, Response

from callback_api.access import may_see
from callback_api.errors import NoTaskError, ProblemError
from callback_api.models import Key, ScheduleRequest, TaskId, TaskView
from callback_api.problems import documented
from callback_api.routes.route import Caller, Here  # noqa: TC001 - FastAPI reads the annotations
from callback_api.task import Task

if TYPE_CHECKING:
    from fastapi import APIRouter

    from callback_api.service import Service
    from callback_api.task import TokenOwner

Id: TypeAlias = Annotated[TaskId, Path(alias="task_id", examples=["4dd8b1b6-21b0-4d0f-9a0c-5a3f4c2a9d10"])]
GivenKey: TypeAlias = Annotated[Key | None, Header(alias="Idempotency-Key")]


def add_routes(router: APIRouter) -> None:
    """Add the routes of single tasks."""
    one = "/api/v1/tasks/{task_id}"
    router.post(
        "/api/v1/tasks/schedule",
        status_code=201,
        responses={
            200: {"model": TaskView, "description": "It was scheduled before"},
            **documented(400, 401, 413, 422, 503),
        },
    )(schedule)
    router.get(one, responses=documented(401, 404, 422, 503))(get)
    router.delete(one, responses=documented(401, 404, 409, 422, 503))(cancel)
    router.post(f"{one}/retry", responses=documented(401, 404, 409, 422, 503))(retry)


def schedule(
    body: ScheduleRequest,
    response: Response,
    background: BackgroundTasks,
    here: Here,
    caller: Caller,
    given: GivenKey = None,
) -> TaskView:
    """Schedule a task: 201 when it is new, 200 for one that was scheduled under its key before."""
    task, created = here.store.add(_new_task(body, _key(body, given), here, caller))
    background.add_task(here.outbox.drain_soon)
    response.status_code = 201 if created else 200
    response.headers["Location"] = f"/api/v1/tasks/{task.id}"
    return TaskView.of(task)


def get(task_id: Id, here: Here, caller: Caller) -> TaskView:
    """One task."""
    return TaskView.of(_own(task_id, here, caller))


def cancel(task_id: Id, background: BackgroundTasks, here: Here, caller: Caller) -> TaskView:
    """Cancel a task that is SCHEDULED: it is not done, even if its call is on its way. 409 when it has been begun."""
    _own(task_id, here, caller)
    task = here.store.cancel(task_id, here.clock())
    background.add_task(here.outbox.drain_soon)
    return TaskView.of(task)


def retry(task_id: Id, background: BackgroundTasks, here: Here, caller: Caller) -> TaskView:
    """Have a FAILED task done after all, in the next minute or the one after."""
    _own(task_id, here, caller)
    now = here.clock()
    task = here.store.retry(task_id, now, now)
    background.add_task(here.outbox.drain_soon)
    return TaskView.of(task)


def _own(task_id: str, here: Service, caller: TokenOwner) -> Task:
    """The task, if it is the caller's to see; somebody else's is as unknown as none."""
    task = here.store.get(task_id)
    if task is None or not may_see(caller, task):
        raise NoTaskError(f"there is no task {task_id}")
    return task


def _key(body: ScheduleRequest, given: str | None) -> str | None:
    if body.key is not None and given is not None and body.key != given:
        raise ProblemError(422, "invalid-request", "the key of the body and the Idempotency-Key are not the same")
    return body.key or given


def _new_task(body: ScheduleRequest, key: str | None, here: Service, caller: TokenOwner) -> Task:
    name = body.task or here.registry.default
    known = ", ".join(here.registry.names) or "none"
    if name is None:
        raise ProblemError(422, "no-handler", f"no handler is the default: name one in task; there are: {known}")
    if here.registry.get(name) is None:
        raise ProblemError(422, "no-handler", f'no handler is registered as "{name}"; there are: {known}')
    now = here.clock()
    return Task(
        id=str(uuid.uuid4()),
        user_id=caller.user_id,
        name=name,
        data=body.data,
        key=key,
        scheduled_at=_time(body, now),
        created_at=now,
        updated_at=now,
    )


def _time(body: ScheduleRequest, now: datetime) -> datetime:
    time = body.time(now)
    if time is None:
        raise ProblemError(422, "time-out-of-reach", "body.at: has passed, or is later than the year 2198")
    return time.astimezone(UTC)
