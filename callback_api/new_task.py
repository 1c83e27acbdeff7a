"""New task, requested by HTTP or by the application itself: the same checks for both."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from callback_api.errors import ProblemError
from callback_api.task import Task
from schedule_client.contract.errors import JsonError
from schedule_client.contract.json_value import json_text

if TYPE_CHECKING:
    from callback_api.handlers import Registry
    from callback_api.models import ScheduleRequest


def new_task(asked: ScheduleRequest, user_id: str, key: str | None, registry: Registry, now: datetime) -> Task:
    """Return the task of a request; ProblemError for a task without a handler, or in the past."""
    name = asked.task or registry.default
    known = ", ".join(registry.names) or "none"
    if name is None:
        raise ProblemError(422, "no-handler", f"there is no default handler: name one in task; registered are: {known}")
    if registry.get(name) is None:
        raise ProblemError(422, "no-handler", f'no handler is registered as "{name}"; registered are: {known}')
    return Task(
        id=str(uuid.uuid4()),
        user_id=user_id,
        name=name,
        data=asked.data,
        key=key,
        scheduled_at=checked_time(asked.time(now)),
        created_at=now,
        updated_at=now,
    )


def checked_time(time: datetime | None) -> datetime:
    """Return the time in UTC; ProblemError for an impossible one."""
    if time is None:
        raise ProblemError(422, "time-out-of-reach", "body.at: has passed, or is later than the year 2198")
    return time.astimezone(UTC)


def json_data(value: Any, noun: str) -> Any:
    """Return a value as JSON will return it; ValueError, which calls it `noun`, if JSON cannot hold it."""
    try:
        return json.loads(json_text(value))
    except JsonError as error:
        raise ValueError(f"{noun} cannot be written as JSON: {error}") from None
