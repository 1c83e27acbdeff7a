"""Routes for the proxy: due tasks, and the sweep."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeAlias

from fastapi import Header

from callback_api.errors import ProblemError, retry_after
from callback_api.execution import STOP
from callback_api.models import AnyCallbackRequest, CallbackView, Key, SweepView, TemplateCallbackRequest
from callback_api.mount import CALLBACK_PATH, SWEEP_PATH
from callback_api.problems import documented
from callback_api.routes.route import GivenKey, Here, Origin, from_proxy, named
from schedule_client.contract.origins import CATALOG

if TYPE_CHECKING:
    from fastapi import APIRouter

_RETRY_SECONDS = 60
WebhookId: TypeAlias = Annotated[Key | None, Header(alias="webhook-id")]


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
    """Do a due task, once even if it is called again; `task` and `data` only for the catalog.

    200 if it is done, was done before, failed finally or is cancelled, with its `status`; 503 for a retry in
    `Retry-After` seconds; anything else, with `Webhook-Retry: no`, if a retry cannot succeed.
    """
    run_key = webhook_id or given  # the first is the signed one
    if isinstance(body, TemplateCallbackRequest):
        task = await here.execution.call_of_template(body.task_id, body.user_id, run_key or str(body.task_id))
    elif body.task_id is not None:
        task = await here.execution.call(body.task_id, run_key or body.task_id, body.scheduled_at)
    else:
        _refuse_all_but_the_catalog(origin)
        task = await here.execution.call_new(body.task or "", body.data, run_key or str(uuid.uuid4()))
    return CallbackView(task_id=task.id, status=task.status, attempts=task.attempts)


def _refuse_all_but_the_catalog(origin: str | None) -> None:
    """Raise ProblemError unless a reviewed schedule made the call."""
    if origin is None:  # from an older proxy, which is about to be replaced by one that proves its origin
        detail = "the signature does not cover the origin of the call: deploy the proxy of this version"
        raise ProblemError(503, "origin-unknown", detail, retry_after(_RETRY_SECONDS))
    if origin != CATALOG:
        raise ProblemError(403, "not-of-the-catalog", f'"{origin}" may only call back scheduled tasks', STOP)


def sweep(here: Here) -> SweepView:
    """Create and delete the remaining schedules, and handle tasks that no schedule called."""
    return SweepView(**asdict(here.sweeper.sweep()))
