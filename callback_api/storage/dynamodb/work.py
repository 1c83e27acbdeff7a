"""Task in progress, and the writes of its handler at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from callback_api.storage.answers import lease_lost
from callback_api.task import Status, Task

MEMBERS = 98
"""Writes of a handler in one transaction: DynamoDB accepts 100, and two are of the task."""


class DynamoWork:
    """One task, whose end is written at the end of its `with` block, together with the handler's writes."""

    connection = None

    def __init__(self, task: Task, read: Callable[[str], Task | None]) -> None:
        self.task = task
        self.end: tuple[Task, Task] | None = None  # as read, and as it will be
        self.members: list[Mapping[str, Any]] = []
        self._read = read

    def transact(self, member: Mapping[str, Any]) -> None:
        """Write something if, and only if, the task completes.

        member: of TransactWriteItems, as `{"Put": {"TableName": …, "Item": …}}`, of an item that is not the store's.
        Raises ValueError for more than 98 of them.
        """
        if len(self.members) == MEMBERS:
            raise ValueError(
                f"a task ends with at most {MEMBERS} writes: that is the limit of a transaction of DynamoDB"
            )
        self.members.append(member)

    def complete(self, result: Any, now: datetime) -> Task:
        """Return the task as COMPLETED at the end of the `with` block, which may still raise LeaseLostError."""
        found = self._read(self.task.id)
        if found is None or found.version != self.task.version:
            raise lease_lost(self.task)
        ended = {"status": Status.COMPLETED, "result": result, "error": None, "lease_until": None}
        done = replace(found, **ended, updated_at=now, version=found.version + 1)
        self.end = found, done
        return done
