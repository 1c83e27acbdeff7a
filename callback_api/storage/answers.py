"""Results that all stores share, word for word."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from callback_api.errors import LeaseLostError, NoTaskError, StateError, StoreError, TaskKeyReusedError
from callback_api.task import Status, Task, Verdict

WHILE_SCHEDULED = "cancelled while it is SCHEDULED"
LAPSED = "the process that did it ended, or took longer than its lease"
MOVED = "moved while it is SCHEDULED"
AFTER_FAILURE = "done again after it has FAILED"


def verdict(found: Task | None, now: datetime) -> Verdict:
    """Return the result for a call that cannot begin a task."""
    match found.status if found is not None else None:
        case None:
            return Verdict.UNKNOWN
        case Status.CANCELLED:
            return Verdict.CANCELLED
        case Status.COMPLETED | Status.FAILED:
            return Verdict.DONE
        case Status.SCHEDULED if found is not None and found.scheduled_at > now:
            return Verdict.EARLY
        case _:
            return Verdict.BUSY


def of_same_key(task: Task, found: Task) -> Task:
    """Return the task that already has the key; raises TaskKeyReusedError if it is another one."""
    if found.name != task.name or not _same_json(found.data, task.data):
        raise TaskKeyReusedError(f'the key "{task.key}" belongs to another task, {found.id}: use one key for each task')
    return found


def _same_json(one: Any, other: Any) -> bool:
    """Compare as JSON: in Python 1 == True == 1.0."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def id_taken(task: Task) -> StoreError:
    """Return why a task is not stored whose ID another one has."""
    return StoreError(f"there is another task {task.id}: use another ID for a new one")


def refused(found: Task | None, task_id: str, when: str) -> NoTaskError | StateError:
    """Return why a task is not changed."""
    if found is None:
        return NoTaskError(f"no task {task_id}")
    return StateError(f"the task {task_id} is {found.status}: it can only be {when}", found.status)


def lease_lost(task: Task) -> LeaseLostError:
    """Return why a task is not ended."""
    return LeaseLostError(f"the task {task.id} took longer than its lease, and another call has it now")
