"""A task that is asked for, by a request or by the application itself: the same checks for both."""

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
    """The task of a request; ProblemError for one that no handler does, or whose time has passed."""
    name = asked.task or registry.default
    known = ", ".join(registry.names) or "none"
    if name is None:
        raise ProblemError(422, "no-handler", f"no handler is the default: name one in task; there are: {known}")
    if registry.get(name) is None:
        raise ProblemError(422, "no-handler", f'no handler is registered as "{name}"; there are: {known}')
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
    """The time in UTC; ProblemError for one that cannot be meant."""
    if time is None:
        raise ProblemError(422, "time-out-of-reach", "body.at: has passed, or is later than the year 2198")
    return time.astimezone(UTC)


def json_data(data: Any) -> Any:
    """`data` as it will be read again; ValueError for what JSON cannot carry."""
    try:
        return json.loads(json_text(data))
    except JsonError as error:
        raise ValueError(f"data cannot be written as JSON: {error}") from None
