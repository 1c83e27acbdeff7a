"""A task: work that an application asked for at a later time, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Where a task stands; the last three are final, but a failed one may be asked for again."""

    SCHEDULED = "SCHEDULED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task; times are aware, in UTC.

    id: a UUID.
    user_id: whose it is.
    name: the registered function that does it; "" for a task of the time before there were any.
    data: what that function is given, any JSON.
    key: the caller's own, unique among the tasks of one user.
    schedule_arn: of the schedule that calls it back; None until it is made, and after it is cancelled.
    attempts: how often its work was begun.
    run_key: of the call that began it last.
    lease_until: while it runs, when another call may take it over.
    result: what its function returned, any JSON.
    error: why it failed, or failed last.
    version: counts its changes.
    """

    id: str
    user_id: str
    name: str
    scheduled_at: datetime
    created_at: datetime
    updated_at: datetime
    data: Any = None
    status: Status = Status.SCHEDULED
    key: str | None = None
    schedule_arn: str | None = None
    attempts: int = 0
    run_key: str | None = None
    lease_until: datetime | None = None
    result: Any = None
    error: str | None = None
    version: int = 0


class Errand(StrEnum):
    """What has to be done at EventBridge Scheduler for a task."""

    SCHEDULE = "schedule"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An errand of a task that is written down with the change that made it needed, and not yet done."""

    id: str
    task_id: str
    errand: Errand
    attempts: int


class Verdict(StrEnum):
    """What a call that wants to begin a task is told."""

    RUN = "run"
    DONE = "done"  # completed before, or failed for good
    BUSY = "busy"  # another call is at it
    EARLY = "early"  # its time has not come
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Started:
    """The answer to a call that wants to begin a task; `task` is None for an unknown one."""

    verdict: Verdict
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some tasks, the newest first, and where the next page begins; None after the last one."""

    tasks: tuple[Task, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class TokenOwner:
    """Who presents an API token, and whether all tasks are theirs to see."""

    user_id: str
    admin: bool = False
    label: str = field(default="", compare=False)
