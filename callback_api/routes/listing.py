"""Route `GET /api/v1/tasks`: tasks, page by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Query

from callback_api.errors import ProblemError
from callback_api.models import Instant, PageView, TaskView
from callback_api.problems import documented
from callback_api.routes.route import Caller, Here, for_caller, named
from callback_api.task import Selection, Status

if TYPE_CHECKING:
    from fastapi import APIRouter

    from callback_api.service import Service

LARGEST_PAGE = 100
_TEXT = "^[^\0]*$"


def add_routes(router: APIRouter, caller: Callable[..., Any] | None = None) -> None:
    """Add the route of the list."""
    router.get("/api/v1/tasks", **named("list_tasks", "tasks"), responses=documented(401, 403, 422, 503))(
        for_caller(page, caller)
    )


def page(
    here: Here,
    caller: Caller,
    status: Annotated[Status | None, Query(description="Only tasks with this status")] = None,
    user_id: Annotated[
        str | None,
        Query(max_length=255, pattern=_TEXT, description="User of the tasks; administrators may name any"),
    ] = None,
    key: Annotated[
        str | None, Query(max_length=255, description="Only the task with this key, of the user in user_id")
    ] = None,
    task: Annotated[str | None, Query(max_length=255, pattern=_TEXT, description="Only tasks with this name")] = None,
    except_task: Annotated[
        str | None, Query(max_length=255, pattern=_TEXT, description="No tasks with this name")
    ] = None,
    due_from: Annotated[Instant | None, Query(description="Only tasks that are due then or later")] = None,
    due_to: Annotated[Instant | None, Query(description="Only tasks that are due before")] = None,
    order: Annotated[
        Literal["newest", "due"], Query(description="`due`: only SCHEDULED tasks, in the order of their times")
    ] = "newest",
    cursor: Annotated[
        str | None, Query(max_length=1000, description="The next_cursor of the previous page", examples=[None])
    ] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
) -> PageView:
    """Return the caller's tasks, the newest first; an administrator sees the tasks of all users.

    A page may have fewer tasks than `limit`, or none, and still a `next_cursor`.
    """
    if not caller.admin:
        if user_id not in (None, caller.user_id):
            raise ProblemError(403, "not-allowed", "only an administrator sees the tasks of others")
        user_id = caller.user_id
    selection = Selection(task, except_task, due_from, due_to)
    if key is not None:
        return _of_key(here, user_id, key, status, selection)
    found = here.store.page(
        user_id=user_id, status=status, selection=selection, soonest=order == "due", cursor=cursor, limit=limit
    )
    return PageView(tasks=[TaskView.of(task) for task in found.tasks], next_cursor=found.next_cursor)


def _of_key(here: Service, user_id: str | None, key: str, status: Status | None, selection: Selection) -> PageView:
    if user_id is None:
        raise ProblemError(422, "invalid-request", "query.key: keys belong to users: give user_id as well")
    task = here.store.of_key(user_id, key)
    found = [task] if task is not None and status in (None, task.status) and selection.holds(task) else []
    return PageView(tasks=[TaskView.of(task) for task in found], next_cursor=None)
