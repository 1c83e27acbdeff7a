"""What is the proxy's to call: tasks that are due, and the sweep."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeAlias

from fastapi import Header

from callback_api.models import CallbackRequest, CallbackView, Key, SweepView
from callback_api.problems import documented
from callback_api.routes.route import Here, from_proxy
from callback_api.schedules import CALLBACK_PATH

if TYPE_CHECKING:
    from fastapi import APIRouter

WebhookId: TypeAlias = Annotated[Key | None, Header(alias="webhook-id")]
GivenKey: TypeAlias = Annotated[Key | None, Header(alias="Idempotency-Key")]


def add_routes(router: APIRouter) -> None:
    """Add the routes that schedules call."""
    called = [from_proxy]
    router.post(CALLBACK_PATH, dependencies=called, responses=documented(400, 401, 404, 413, 422, 503))(callback)
    router.post("/api/v1/sweep", dependencies=called, responses=documented(401, 413, 503))(sweep)


async def callback(
    body: CallbackRequest, here: Here, webhook_id: WebhookId = None, given: GivenKey = None
) -> CallbackView:
    """Do a task, once however often it is called.

    200 when it is done, was done before or is cancelled; 503 when it is worth another call, in `Retry-After` seconds;
    anything else, with `Webhook-Retry: no`, when it is not.
    """
    run_key = webhook_id or given  # the first is the one that is signed
    if body.task_id is not None:
        task = await here.execution.call(body.task_id, run_key or body.task_id)
    else:
        task = await here.execution.call_new(body.task or "", body.data, run_key or str(uuid.uuid4()))
    return CallbackView(task_id=task.id, status=task.status, attempts=task.attempts)


def sweep(here: Here) -> SweepView:
    """Make and remove the schedules that are still to be, and look after tasks that nobody called back."""
    return SweepView(**asdict(here.sweeper.sweep()))
