"""Requests and responses, as OpenAPI shows them."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Self, cast

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictInt,
    Tag,
    model_validator,
)

from callback_api.task import Status  # noqa: TC001 - pydantic reads the annotations
from schedule_client.contract.errors import TimeTextError
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from callback_api.task import Task

DEFAULT_DELAY_MINUTES = 30
LONGEST_DELAY_MINUTES = 10 * 366 * 24 * 60
DEEPEST = 50
_EXAMPLE_ID = "4dd8b1b6-21b0-4d0f-9a0c-5a3f4c2a9d10"


def _no_deeper(value: Any) -> Any:
    """JSON that can be stored and shown: without invalid numbers, halves of surrogate pairs, and deep nesting."""
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _members(each)]
    if level:
        raise ValueError(f"is nested deeper than {DEEPEST} levels")
    return value


def _members(value: Any) -> list[Any]:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("contains a number that JSON does not have")
    if isinstance(value, str) and not _is_unicode(value):
        raise ValueError("contains half of a surrogate pair, which is not text")
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return [*members, *members.values()]
    return cast("list[Any]", value) if isinstance(value, list) else []


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _instant(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("is a text of RFC 3339, such as 2027-01-05T08:00:00Z")
    try:
        return read_instant(value)
    except TimeTextError as error:
        raise ValueError(str(error)) from None


Data = Annotated[Any, AfterValidator(_no_deeper)]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern="^[!-~]+$")]
Key = Annotated[str, Field(min_length=1, max_length=255, pattern="^[!-~]+$")]
TaskId = Annotated[str, Field(min_length=1, max_length=64, pattern="^[0-9A-Za-z._:-]+$")]
Instant = Annotated[AwareDatetime, BeforeValidator(_instant, json_schema_input_type=str)]


class ScheduleRequest(BaseModel):
    """Task to do later: after `delay_minutes`, or `at` a time with its zone (exactly one of the two).

    Without `task` the default handler does it, by default after 30 minutes.
    `key`, which may also be the header Idempotency-Key, makes a retry safe: the response is the same task.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"task": "heartbeat", "data": {"user": 7}, "delay_minutes": 30, "key": "welcome-7"},
                {"task": "heartbeat", "at": "2100-01-05T08:00:00Z"},
            ]
        },
    )

    task: Name | None = None
    data: Data = None
    delay_minutes: Annotated[float, Field(strict=True, gt=0, le=LONGEST_DELAY_MINUTES)] | None = None
    at: Instant | None = None
    key: Key | None = None

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        missing = self.delay_minutes is None and self.at is None and self.task is not None
        if missing or (self.delay_minutes is not None and self.at is not None):
            raise ValueError("give exactly one of delay_minutes and at")
        return self

    def time(self, now: datetime) -> datetime | None:
        """Return the requested instant; None if it has passed."""
        if self.at is not None:
            return self.at if now < self.at and self.at.year < 2199 else None
        return now + timedelta(minutes=DEFAULT_DELAY_MINUTES if self.delay_minutes is None else self.delay_minutes)


class CallbackRequest(BaseModel):
    """Body of a schedule's call: the `task_id` of a task, or `task` and `data` to create and do one at once.

    `scheduled_at` is the time of the schedule: a task that was moved later has another one.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"task_id": _EXAMPLE_ID}, {"task": "heartbeat", "data": {"mode": "nightly"}}]},
    )

    task_id: TaskId | None = None
    scheduled_at: Instant | None = None
    task: Name | None = None
    data: Data = None

    @model_validator(mode="after")
    def _one_task(self) -> Self:
        if (self.task_id is None) == (self.task is None):
            raise ValueError("give exactly one of task_id and task")
        if self.task_id is not None and "data" in self.model_fields_set:
            raise ValueError("a task_id already has its data")
        return self


class TemplateCallbackRequest(BaseModel):
    """Body of a call from the template's schedules, for a copied task: numbers, and a copy of the task's data."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [{"task_id": 7, "user_id": 42, "plan": 3}]})

    task_id: Annotated[StrictInt, Field(ge=1)]
    user_id: Annotated[StrictInt, Field(ge=0)]


def _callback_form(value: Any) -> str:
    members = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    return (TemplateCallbackRequest if type(members.get("task_id")) is int else CallbackRequest).__name__


AnyCallbackRequest = Annotated[
    Annotated[CallbackRequest, Tag("CallbackRequest")]
    | Annotated[TemplateCallbackRequest, Tag("TemplateCallbackRequest")],
    Discriminator(_callback_form),
]
CALLBACK_FORMS = frozenset(("CallbackRequest", "TemplateCallbackRequest"))
"""Replacements for pydantic's messages about a callback's body."""


class TaskView(BaseModel):
    """Task for its owner; times are in UTC."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": _EXAMPLE_ID,
                "user_id": "shop",
                "task": "send-welcome-email",
                "data": {"user": 7},
                "status": "SCHEDULED",
                "key": "welcome-7",
                "scheduled_at": "2027-01-05T08:30:00Z",
                "created_at": "2027-01-05T08:00:00Z",
                "updated_at": "2027-01-05T08:00:00Z",
                "schedule_arn": None,
                "attempts": 0,
                "result": None,
                "error": None,
            }
        }
    )

    id: str
    user_id: str
    task: str
    data: Any
    status: Status
    key: str | None
    scheduled_at: datetime
    created_at: datetime
    updated_at: datetime
    schedule_arn: str | None
    attempts: int
    result: Any
    error: str | None

    @classmethod
    def of(cls, task: Task) -> Self:
        """Return the view of a task."""
        return cls(
            id=task.id,
            user_id=task.user_id,
            task=task.name,
            data=task.data,
            status=task.status,
            key=task.key,
            scheduled_at=task.scheduled_at,
            created_at=task.created_at,
            updated_at=task.updated_at,
            schedule_arn=task.schedule_arn,
            attempts=task.attempts,
            result=task.result,
            error=task.error,
        )


class PageView(BaseModel):
    """Tasks, the newest first; `next_cursor` is the start of the next page, and null after the last one."""

    tasks: list[TaskView]
    next_cursor: str | None


class CallbackView(BaseModel):
    """Result of a task that was called back."""

    task_id: str
    status: Status
    attempts: int


class SweepView(BaseModel):
    """Result of a sweep: outbox records done and to retry, tasks scheduled again, tasks failed, schedules moved."""

    outbox_done: int
    outbox_failed: int
    rescheduled: int
    given_up: int
    rehomed: int


class Health(BaseModel):
    """Response of a running service."""

    status: str = "ok"


class SweepEntry(BaseModel):
    """Request of the catalog's entry that must call every minute, without which tasks may wait."""

    rate: str = "1 minute"
    service: str
    path: str


class Ready(Health):
    """Response of a service that can store and schedule tasks; `swept_at` is this process's last sweep."""

    sweep: SweepEntry
    swept_at: datetime | None
