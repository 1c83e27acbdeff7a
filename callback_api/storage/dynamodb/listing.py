"""Tasks in the order of time: positions come from lists and indexes, data from the tasks themselves.

The lists of all tasks and of a user's are part of the table, and show a task as soon as it is stored. An index is
slightly late: outdated entries are omitted, and new ones appear a moment later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from callback_api.storage import cursor as cursors
from callback_api.storage.dynamodb.items import (
    ALL_TASKS,
    WATCH,
    Item,
    at_task,
    instant,
    listed_task_key,
    status_list,
    task_of,
    user_list,
)
from callback_api.storage.dynamodb.table_keys import GSI1, GSI2
from callback_api.task import Page, Status, Task

if TYPE_CHECKING:
    from callback_api.storage.dynamodb.table import Table

COUNTED_AT_MOST = 10_000
"""Limit for each status: a count reads every key that it counts."""


class Listing:
    """Tasks in `table`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(self, user_id: str | None, status: Status | None, cursor: str | None, limit: int) -> Page:
        """Return the newest tasks after those of the previous page."""
        before = at_task(*cursors.position(cursor)) if cursor is not None else None
        index, partition = _list(user_id, status)
        entries = self._table.entries(partition, index=index, before=before, newest_first=True, size=limit + 1)
        found = self._tasks(entries, lambda task: status in (None, task.status), limit + 1)
        more = len(found) > limit
        return Page(tuple(found[:limit]), cursors.after(found[limit - 1]) if more else None)

    def counts(self, user_id: str | None) -> Mapping[Status, int]:
        """Return the number of entries of each status in the index."""
        return {status: self._count(*_list(user_id, status)) for status in Status}

    def overdue(self, before: datetime, limit: int) -> list[Task]:
        """Return tasks that are not final and whose time, or lease, has passed."""

        def is_overdue(task: Task) -> bool:
            due = {Status.SCHEDULED: task.scheduled_at, Status.RUNNING: task.lease_until}.get(task.status)
            return due is not None and due < before

        entries = self._table.entries(WATCH, index=GSI2, before=instant(before))
        return sorted(self._tasks(entries, is_overdue, limit), key=lambda task: task.scheduled_at)

    def _count(self, index: str | None, partition: str) -> int:
        return self._table.count(partition, index or "", COUNTED_AT_MOST)

    def _tasks(self, entries: Iterator[Item], holds: Callable[[Task], bool], limit: int) -> list[Task]:
        """First tasks of some entries that pass a condition now."""
        found: dict[str, Task] = {}
        while len(found) < limit and (chunk := list(islice(entries, limit - len(found)))):
            # While an index changes, it may show the same task in two places.
            keys = {key["pk"]["S"]: key for key in map(listed_task_key, chunk)}
            tasks = map(task_of, self._table.get_many(list(keys.values())))
            found |= {task.id: task for task in tasks if holds(task)}
        return list(found.values())


def _list(user_id: str | None, status: Status | None) -> tuple[str | None, str]:
    """Index, or the table itself, and the partition with the tasks of a user, a status, both, or all."""
    if status is None:
        return None, ALL_TASKS if user_id is None else user_list(user_id)
    return (GSI2 if user_id is None else GSI1), status_list(status, user_id)
