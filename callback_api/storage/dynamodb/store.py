"""Store of tasks in DynamoDB.

A change replaces the version that was read, in one transaction with the outbox record and the time. An index accepts
1,000 writes a second for one partition: about 250 new tasks a second; more are throttled, and raise StoreError.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from callback_api.errors import StoreError, WorkRefusedError
from callback_api.storage import answers
from callback_api.storage.dynamodb import items
from callback_api.storage.dynamodb.faults import RefusedWriteError
from callback_api.storage.dynamodb.listing import Listing
from callback_api.storage.dynamodb.outbox import TableOutbox, record_members
from callback_api.storage.dynamodb.table import Table, item_update
from callback_api.storage.dynamodb.table_keys import GSI1, GSI2
from callback_api.storage.dynamodb.work import DynamoWork
from callback_api.task import EVERY_TASK, OutboxAction, OutboxRecord, Page, Started, Status, Task, TokenOwner, Verdict

if TYPE_CHECKING:
    from callback_api.storage.dynamodb.items import Item
    from callback_api.task import Selection

_TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """Changed task; its outbox record, and the time until which it needs no attention."""

    task: Task
    action: OutboxAction | None = None
    watch_from: datetime | None = None

    @property
    def is_final(self) -> bool:
        return self.task.status not in (Status.SCHEDULED, Status.RUNNING)


class DynamoTaskStore:
    """Tasks in the table `table`, which has the keys of TABLE_KEYS, by a boto3 client."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)
        self._outbox = TableOutbox(self._table)
        self._listing = Listing(self._table)

    def close(self) -> None:
        """Close all connections."""
        self._table.close()

    def ready(self) -> None:
        """Read the table and both of its indexes."""
        self._table.get(items.token_key("ready"))
        for index in (GSI1, GSI2):
            self._table.count(items.WATCH, index, 1)

    def add(self, task: Task) -> tuple[Task, bool]:
        """Put a task, its clock, its positions and its key, or find the task that has the key."""
        try:
            self._table.transact(self._new(task))
        except RefusedWriteError:
            return self._of_same_key(task), False
        self._outbox.remember(task.id, task.created_at)
        return task, True

    def get(self, task_id: str) -> Task | None:
        """Read a task."""
        return self._at(items.task_key(task_id))

    def of_key(self, user_id: str, key: str) -> Task | None:
        """Read the item of the key, then the task."""
        found = self._table.get(items.key_key(user_id, key))
        return self._at({"pk": found["task_pk"], "sk": items.text("task")}) if found is not None else None

    def get_many(self, task_ids: Sequence[str]) -> Mapping[str, Task]:
        """Read some tasks, one by one."""
        return {task_id: task for task_id in task_ids if (task := self.get(task_id)) is not None}

    def page(
        self,
        *,
        user_id: str | None = None,
        status: Status | None = None,
        selection: Selection = EVERY_TASK,
        soonest: bool = False,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page:
        """Read a list from the end of the previous page."""
        listed = self._listing.soonest if soonest else self._listing.newest
        return listed(user_id, status, selection, cursor, limit)

    def counts(self, user_id: str | None = None) -> Mapping[Status, int]:
        """Count the keys of an index, up to 10,000 of each status."""
        return self._listing.counts(user_id)

    def cancel(self, task_id: str, now: datetime) -> Task:
        """Cancel, if it is still SCHEDULED."""

        def change(found: Task | None) -> _Change | None:
            if found is not None and found.status is Status.CANCELLED:
                return None
            if found is None or found.status is not Status.SCHEDULED:
                raise answers.refused(found, task_id, answers.WHILE_SCHEDULED)
            return _Change(task=_next(found, now, status=Status.CANCELLED), action=OutboxAction.CANCEL)

        return self._changed(task_id, now, change)

    def retry(self, task_id: str, scheduled_at: datetime, now: datetime) -> Task:
        """Schedule again, if it is FAILED."""

        def change(found: Task | None) -> _Change:
            if found is None or found.status is not Status.FAILED:
                raise answers.refused(found, task_id, answers.AFTER_FAILURE)
            values = {"scheduled_at": scheduled_at, "schedule_arn": None, "run_key": None}
            again = _next(found, now, status=Status.SCHEDULED, **values)
            return _Change(task=again, action=OutboxAction.SCHEDULE, watch_from=scheduled_at)

        return self._changed(task_id, now, change)

    def begin(self, task_id: str, run_key: str, lease_until: datetime, now: datetime) -> Started:
        """Take the task, if it is due and free."""

        def change(found: Task | None) -> _Change | None:
            if found is None or not _is_free(found, now):
                return None
            error = answers.LAPSED if found.status is Status.RUNNING else found.error
            values = {"run_key": run_key, "lease_until": lease_until, "attempts": found.attempts + 1, "error": error}
            return _Change(task=_next(found, now, status=Status.RUNNING, **values))

        changed, found = self._change(task_id, now, change)
        return Started(Verdict.RUN if changed else answers.verdict(found, now), found)

    @contextmanager
    def work(self, task: Task) -> Generator[DynamoWork]:
        """Give the handler the transaction for its writes; LeaseLostError may also be raised at the end."""
        work = DynamoWork(task, self.get)
        yield work
        if work.end is not None:
            self._finish(work, *work.end)

    def fail(self, task: Task, error: str, now: datetime, *, permanent: bool) -> Task:
        """End the task as FAILED, or give it back."""

        def change(found: Task | None) -> _Change:
            if found is None or found.version != task.version:
                raise answers.lease_lost(task)
            status = Status.FAILED if permanent else Status.SCHEDULED
            return _Change(task=_next(found, now, status=status, error=error, lease_until=None))

        return self._changed(task.id, now, change)

    def outbox_records(self, now: datetime, limit: int = 25) -> Sequence[OutboxRecord]:
        """Lease due records, skipping those that another process has leased."""
        return self._outbox.lease(now, limit)

    def outbox_done(self, arns: Mapping[OutboxRecord, str | None], now: datetime) -> None:
        """Delete the records, one by one."""
        for record, arn in arns.items():
            self._outbox_done(record, arn, now)

    def _outbox_done(self, record: OutboxRecord, schedule_arn: str | None, now: datetime) -> None:
        """Delete the record; a schedule for a task that was cancelled meanwhile must be deleted again."""
        key = items.task_key(record.task_id)
        arn = {"schedule_arn": items.text(schedule_arn)} if schedule_arn is not None else {}
        removed = () if arn else ("schedule_arn",)
        there = ("id", "=", items.text(record.task_id))
        try:
            task = items.task_of(self._table.update(item_update(key, sets=arn, removes=removed, condition=there)))
        except RefusedWriteError:
            return
        if record.action is OutboxAction.SCHEDULE and task.status is Status.CANCELLED:
            self._outbox.put(record.task_id, OutboxAction.CANCEL, now)
        else:
            self._outbox.cross_off(record)

    def outbox_failed(self, record: OutboxRecord, until: datetime) -> None:
        """Postpone the record."""
        self._outbox.put_off(record, until)

    def overdue(self, before: datetime, limit: int = 25) -> Sequence[Task]:
        """Read tasks that should have been called back."""
        return self._listing.overdue(before, limit)

    def reschedule(self, task: Task, scheduled_at: datetime, now: datetime) -> Task:
        """Move the task, if it is unchanged."""

        def change(found: Task | None) -> _Change | None:
            if found is None:
                raise answers.refused(None, task.id, "")
            if found.version != task.version:
                return None
            moved = _next(found, now, status=Status.SCHEDULED, scheduled_at=scheduled_at, lease_until=None)
            return _Change(task=moved, action=OutboxAction.SCHEDULE, watch_from=scheduled_at)

        return self._changed(task.id, now, change)

    def add_token(self, digest: str, owner: TokenOwner, now: datetime) -> None:
        """Put a token's digest."""
        told = {"user_id": items.text(owner.user_id), "admin": {"BOOL": owner.admin}, "label": items.text(owner.label)}
        self._table.put({**items.token_key(digest), **told, "created_at": items.text(items.instant(now))})

    def token_owner(self, digest: str) -> TokenOwner | None:
        """Read a token's owner."""
        item = self._table.get(items.token_key(digest))
        return TokenOwner(item["user_id"]["S"], item["admin"]["BOOL"], item["label"]["S"]) if item else None

    def revoke_token(self, digest: str) -> bool:
        """Delete a token's digest."""
        return self._table.delete(items.token_key(digest))

    def _at(self, key: Item) -> Task | None:
        item = self._table.get(key)
        return items.task_of(item) if item is not None else None

    def _new(self, task: Task) -> list[dict[str, Any]]:
        record = record_members(task.id, OutboxAction.SCHEDULE, task.created_at)
        clock = {**items.clock_key(task.id), **record, **_watched(task, task.scheduled_at)}
        places = [items.place(partition, task) for partition in (items.ALL_TASKS, items.user_list(task.user_id))]
        new = [self._table.putting(items.task_item(task), new=True), *map(self._table.putting, (clock, *places))]
        if task.key is None:
            return new
        key = {**items.key_key(task.user_id, task.key), "task_pk": items.task_key(task.id)["pk"]}
        return [*new, self._table.putting(key, new=True)]

    def _of_same_key(self, task: Task) -> Task:
        found = self.of_key(task.user_id, task.key) if task.key is not None else None
        if found is None:
            raise answers.id_taken(task)
        return answers.of_same_key(task, found)

    def _changed(self, task_id: str, now: datetime, change: Callable[[Task | None], _Change | None]) -> Task:
        """Like `_change`, for changes that refuse a missing task."""
        _, found = self._change(task_id, now, change)
        assert found is not None  # noqa: S101 - the change has raised otherwise
        return found

    def _change(
        self, task_id: str, now: datetime, change: Callable[[Task | None], _Change | None]
    ) -> tuple[bool, Task | None]:
        """Task, and whether it needed a change and got it."""
        for _ in range(_TRIES):
            found = self.get(task_id)
            wanted = change(found)
            if found is None or wanted is None:
                return False, found
            try:
                self._table.transact(self._members(found, wanted, now))
            except RefusedWriteError:
                continue  # another call was faster
            if wanted.action is not None:
                self._outbox.remember(task_id, now)
            return True, wanted.task
        raise StoreError(f"too many changes of the task {task_id} at once: try again")

    def _finish(self, work: DynamoWork, found: Task, done: Task) -> None:
        own = self._members(found, _Change(task=done), done.updated_at)
        try:
            self._table.transact([*own, *work.members])
        except RefusedWriteError as error:
            if 0 in error.at:
                raise answers.lease_lost(work.task) from error
            members = tuple(sorted(at - len(own) for at in error.at))
            raise WorkRefusedError("a condition of the handler's writes does not hold", members) from error

    def _members(self, found: Task, wanted: _Change, now: datetime) -> list[dict[str, Any]]:
        """Writes of a change: the task over the version that was found, and the changes of its clock."""
        members = [self._table.updating(_task_update(found, wanted.task))]
        sets: dict[str, Any] = {}
        if wanted.action is not None:
            sets |= record_members(found.id, wanted.action, now)
        if wanted.watch_from is not None:
            sets |= _watched(found, wanted.watch_from)
        removes = ("gsi2pk", "gsi2sk") if wanted.is_final else ()
        if sets or removes:
            members.append(self._table.updating(item_update(items.clock_key(found.id), sets=sets, removes=removes)))
        return members


def _next(found: Task, now: datetime, **values: Any) -> Task:
    return replace(found, **values, updated_at=now, version=found.version + 1)


def _is_free(task: Task, now: datetime) -> bool:
    lapsed = task.status is Status.RUNNING and task.lease_until is not None and task.lease_until <= now
    return lapsed or (task.status is Status.SCHEDULED and task.scheduled_at <= now)


def _task_update(found: Task, wanted: Task) -> dict[str, Any]:
    """Update of the differences: facts noted meanwhile are preserved."""
    before, after = items.task_attributes(found), items.task_attributes(wanted)
    sets = {name: value for name, value in after.items() if before.get(name) != value}
    removes = tuple(name for name in before if name not in after)
    version = ("version", "=", items.number(found.version))
    return item_update(items.task_key(found.id), sets=sets, removes=removes, condition=version)


def _watched(task: Task, at: datetime) -> dict[str, Any]:
    return {"gsi2pk": items.text(items.WATCH), "gsi2sk": items.text(items.at_task(at, task.id))}
