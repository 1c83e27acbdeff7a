"""Tasks in the order of time: positions come from lists and indexes, data from the tasks themselves.

The lists of all tasks and of a user's are part of the table, and show a task as soon as it is stored. An index is
slightly late: outdated entries are omitted, and new ones appear a moment later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
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
from schedule_client.contract.times import read_time

if TYPE_CHECKING:
    from callback_api.storage.dynamodb.table import Table
    from callback_api.task import Selection

LOOKED_AT_MOST = 1_000
"""Number of entries that a page reads: a filter may pass few of many."""

COUNTED_AT_MOST = 10_000
"""Limit for each status: a count reads every key that it counts."""


class Listing:
    """Tasks in `table`; a page reads at most *looked_at* entries."""

    def __init__(self, table: Table, looked_at: int = LOOKED_AT_MOST) -> None:
        self._table, self._looked_at = table, looked_at

    def newest(
        self, user_id: str | None, status: Status | None, selection: Selection, cursor: str | None, limit: int
    ) -> Page:
        """Return the newest tasks after those of the previous page."""
        before = at_task(*cursors.position(cursor)) if cursor is not None else None
        index, partition = _list(user_id, status)
        entries = self._table.entries(partition, index=index, before=before, newest_first=True, size=limit + 1)

        def holds(task: Task, entry: Item) -> bool:
            return status in (None, task.status) and selection.holds(task)

        return self._page(entries, index, holds, limit, soonest=False)

    def soonest(
        self, user_id: str | None, status: Status | None, selection: Selection, cursor: str | None, limit: int
    ) -> Page:
        """Return the SCHEDULED tasks that are due first after those of the previous page."""
        first = instant(selection.due_from) if selection.due_from is not None else ""
        end = instant(selection.due_to) if selection.due_to is not None else None
        # Just after the last task, which is not repeated.
        after = max(first, f"{at_task(*cursors.position(cursor, soonest=True))} " if cursor is not None else "")
        if end is not None and after >= end:
            return Page(())
        entries = self._table.entries(WATCH, index=GSI2, after=after or None, before=end, size=limit + 1)

        def holds(task: Task, entry: Item) -> bool:
            # A task that moved meanwhile is at its new place as well.
            here = entry[f"{GSI2}sk"]["S"] == at_task(task.scheduled_at, task.id)
            right = task.status is Status.SCHEDULED and status in (None, task.status)
            return here and right and user_id in (None, task.user_id) and selection.holds(task)

        return self._page(entries, GSI2, holds, limit, soonest=True)

    def _page(
        self, entries: Iterator[Item], index: str | None, holds: Callable[[Task, Item], bool], limit: int, soonest: bool
    ) -> Page:
        """Return the first tasks that pass a condition now, of a limited number of entries."""
        found: dict[str, Task] = {}
        for number, (entry, task) in enumerate(self._looked(entries, limit + 1), 1):
            if task is not None and task.id not in found and holds(task, entry):
                if len(found) == limit:
                    return Page(tuple(found.values()), cursors.after(list(found.values())[-1], soonest))
                found[task.id] = task
            if number == self._looked_at:
                at, _, task_id = entry[f"{index or ''}sk"]["S"].partition("#")
                place = read_time(at).replace(tzinfo=UTC)
                return Page(tuple(found.values()), cursors.after_position(place, task_id, soonest))
        return Page(tuple(found.values()))

    def _looked(self, entries: Iterator[Item], size: int) -> Iterator[tuple[Item, Task | None]]:
        """Yield each entry with its task as it is now; an index may still show one that is gone."""
        while chunk := list(islice(entries, size)):
            keys = {key["pk"]["S"]: key for key in map(listed_task_key, chunk)}
            tasks = {item["pk"]["S"]: task_of(item) for item in self._table.get_many(list(keys.values()))}
            yield from ((entry, tasks.get(listed_task_key(entry)["pk"]["S"])) for entry in chunk)

    def counts(self, user_id: str | None) -> Mapping[Status, int]:
        """Return the number of entries of each status in the index."""
        return {status: self._count(*_list(user_id, status)) for status in Status}

    def overdue(self, before: datetime, limit: int) -> list[Task]:
        """Return tasks that are not final and whose time, or lease, has passed."""

        def is_overdue(task: Task) -> bool:
            due = {Status.SCHEDULED: task.scheduled_at, Status.RUNNING: task.lease_until}.get(task.status)
            return due is not None and due < before

        entries = self._table.entries(WATCH, index=GSI2, before=instant(before))
        # While an index changes, it may show the same task in two places.
        found: dict[str, Task] = {}
        for _, task in self._looked(entries, limit):
            if task is not None and is_overdue(task):
                found[task.id] = task
            if len(found) == limit:
                break
        return sorted(found.values(), key=lambda task: task.scheduled_at)

    def _count(self, index: str | None, partition: str) -> int:
        return self._table.count(partition, index or "", COUNTED_AT_MOST)


def _list(user_id: str | None, status: Status | None) -> tuple[str | None, str]:
    """Index, or the table itself, and the partition with the tasks of a user, a status, both, or all."""
    if status is None:
        return None, ALL_TASKS if user_id is None else user_list(user_id)
    return (GSI2 if user_id is None else GSI1), status_list(status, user_id)
