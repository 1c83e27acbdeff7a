"""What is the proxy's to call: tasks that are due, and the sweep."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeAlias

from fastapi import Header

from callback_api.errors import ProblemError
from callback_api.execution import STOP
from callback_api.models import AnyCallbackRequest, CallbackView, Key, SweepView, TemplateCallbackRequest
from callback_api.mount import CALLBACK_PATH, SWEEP_PATH
from callback_api.problems import documented
from callback_api.routes.route import Here, Origin, from_proxy, named
from schedule_client.contract import CATALOG

if TYPE_CHECKING:
    from fastapi import APIRouter

_RETRY_SECONDS = 60
WebhookId: TypeAlias = Annotated[Key | None, Header(alias="webhook-id")]
GivenKey: TypeAlias = Annotated[Key | None, Header(alias="Idempotency-Key")]


def add_routes(router: APIRouter) -> None:
    """Add the routes that schedules call."""
    called = [from_proxy]
    router.post(
        CALLBACK_PATH,
        **named("call_back_task", "proxy"),
        dependencies=called,
        responses=documented(400, 401, 403, 404, 413, 422, 425, 503),
    )(callback)
    router.post(SWEEP_PATH, **named("sweep_tasks", "proxy"), dependencies=called, responses=documented(401, 413, 503))(
        sweep
    )


async def callback(
    body: AnyCallbackRequest, here: Here, origin: Origin, webhook_id: WebhookId = None, given: GivenKey = None
) -> CallbackView:
    """Do a task that is due, once however often it is called; `task` and `data` only for the catalog.

    200 when it is done, was done before, failed for good or is cancelled, which `status` says; 503 when it is worth
    another call, in `Retry-After` seconds; anything else, with `Webhook-Retry: no`, when it is not.
    """
    run_key = webhook_id or given  # the first is the one that is signed
    if isinstance(body, TemplateCallbackRequest):
        task = await here.execution.call_of_template(body.task_id, body.user_id, run_key or str(body.task_id))
    elif body.task_id is not None:
        task = await here.execution.call(body.task_id, run_key or body.task_id, body.scheduled_at)
    else:
        _refuse_all_but_the_catalog(origin)
        task = await here.execution.call_new(body.task or "", body.data, run_key or str(uuid.uuid4()))
    return CallbackView(task_id=task.id, status=task.status, attempts=task.attempts)


def _refuse_all_but_the_catalog(origin: str | None) -> None:
    """Raise ProblemError unless a call is one of the reviewed schedules'."""
    if origin is None:  # of a proxy that is about to be replaced by one that proves it
        detail = "the signature does not cover the origin of the call: deploy the proxy of this version"
        raise ProblemError(503, "origin-unknown", detail, {"Retry-After": str(_RETRY_SECONDS)})
    if origin != CATALOG:
        raise ProblemError(403, "not-of-the-catalog", f'"{origin}" may only call back tasks that are scheduled', STOP)


def sweep(here: Here) -> SweepView:
    """Make and remove the schedules that are still to be, and look after tasks that nobody called back."""
    return SweepView(**asdict(here.sweeper.sweep()))
