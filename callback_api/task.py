"""Task: work that an application requested for a later time, and its progress."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Status of a task; the last three are final, but a failed one may be retried."""

    SCHEDULED = "SCHEDULED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task; times are aware, in UTC.

    id: a UUID.
    user_id: its user.
    name: its handler; "" for a task from the time before handlers.
    data: the handler's data, any JSON.
    key: the caller's own, unique among the tasks of one user.
    schedule_arn: of the schedule that calls it back; None until it is made, and after it is cancelled.
    attempts: number of times that its work was started.
    run_key: of the call that started it last.
    lease_until: while it runs, the time from which another call may take it over.
    result: the handler's result, any JSON.
    error: the reason of its last failure.
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


class OutboxAction(StrEnum):
    """Change in EventBridge Scheduler that a task needs."""

    SCHEDULE = "schedule"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """Outbox record of a task, written with the change that needs it, and not yet done."""

    id: str
    task_id: str
    action: OutboxAction
    attempts: int


class Verdict(StrEnum):
    """Result of a call that wants to begin a task."""

    RUN = "run"
    DONE = "done"  # completed before, or failed finally
    BUSY = "busy"  # another call is in progress
    EARLY = "early"  # its time is in the future
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Started:
    """Response to a call that wants to begin a task; `task` is None for an unknown one."""

    verdict: Verdict
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Part of the tasks of a list; a member that is None leaves nothing out.

    name, hidden: only tasks of this name, and none of that one.
    due_from, due_to: due from the first instant on, and before the second.
    """

    name: str | None = None
    hidden: str | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None

    def holds(self, task: Task) -> bool:
        """Tell whether a task is in it."""
        named = self.name in (None, task.name) and task.name != self.hidden
        begun = self.due_from is None or task.scheduled_at >= self.due_from
        return named and begun and (self.due_to is None or task.scheduled_at < self.due_to)


EVERY_TASK = Selection()


@dataclass(frozen=True, slots=True)
class Page:
    """Some tasks in the order of their list, and the start of the next page; None after the last one."""

    tasks: tuple[Task, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class TokenOwner:
    """User of an API token, and whether that user may see all tasks."""

    user_id: str
    admin: bool = False
    label: str = field(default="", compare=False)
