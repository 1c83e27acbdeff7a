"""Statements for tasks and outbox records, on a connection whose transaction is the caller's."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from callback_api.storage import answers
from callback_api.storage.sql.tables import PREFIX, tables_of
from callback_api.task import OutboxAction, Status, Task

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


class Rows:
    """Rows of the tables of `prefix`, in the dialect `dialect`."""

    def __init__(self, dialect: str, prefix: str = PREFIX) -> None:
        self.tables = tables_of(prefix)
        dialect_insert = (postgresql if dialect == "postgresql" else sqlite).insert
        self._add = dialect_insert(self.tables.tasks).on_conflict_do_nothing().returning(self.tables.tasks.c.id)
        record = dialect_insert(self.tables.outbox)
        members = {name: record.excluded[name] for name in ("id", "action", "attempts", "due_at", "created_at")}
        self._replace_record = record.on_conflict_do_update(index_elements=["task_id"], set_=members)

    def add(self, connection: Connection, task: Task) -> tuple[Task, bool]:
        """Insert a task and its outbox record, or find the task that has its key."""
        members = {name: getattr(task, name) for name in self.tables.tasks.c.keys()}  # noqa: SIM118 - a table is not a mapping
        if connection.execute(self._add, members).first() is not None:
            self.put_record(connection, task.id, OutboxAction.SCHEDULE, task.created_at)
            return task, True
        found = self.of_key(connection, task.user_id, task.key) if task.key is not None else None
        if found is None:
            raise answers.id_taken(task)
        return answers.of_same_key(task, found), False

    def put_record(self, connection: Connection, task_id: str, action: OutboxAction, now: datetime) -> None:
        """Write an outbox record over an older one."""
        values = {"id": str(uuid.uuid4()), "action": action, "attempts": 0, "due_at": now, "created_at": now}
        connection.execute(self._replace_record, {"task_id": task_id, **values})

    def found(self, connection: Connection, task_id: str) -> Task | None:
        """Return the task with an ID."""
        row = connection.execute(select(self.tables.tasks).where(self.tables.tasks.c.id == task_id)).first()
        return task_of(row) if row is not None else None

    def of_key(self, connection: Connection, user_id: str, key: str) -> Task | None:
        """Return the task of a user and a key."""
        tasks = self.tables.tasks
        row = connection.execute(select(tasks).where(and_(tasks.c.user_id == user_id, tasks.c.key == key))).first()
        return task_of(row) if row is not None else None

    def cancel(self, connection: Connection, task_id: str, now: datetime) -> Task:
        """Cancel, if it is still SCHEDULED."""
        changed = self.change(connection, task_id, Status.SCHEDULED, now, status=Status.CANCELLED)
        if changed is not None:
            self.put_record(connection, task_id, OutboxAction.CANCEL, now)
            return changed
        found = self.found(connection, task_id)
        if found is not None and found.status is Status.CANCELLED:
            return found
        raise answers.refused(found, task_id, answers.WHILE_SCHEDULED)

    def move(self, connection: Connection, task_id: str, scheduled_at: datetime, now: datetime) -> Task:
        """Move to another time, if it is still SCHEDULED."""
        # Without the run key of earlier calls, whose failures do not count for the new time.
        changed = self.change(connection, task_id, Status.SCHEDULED, now, scheduled_at=scheduled_at, run_key=None)
        if changed is None:
            raise answers.refused(self.found(connection, task_id), task_id, answers.MOVED)
        self.put_record(connection, task_id, OutboxAction.SCHEDULE, now)
        return changed

    def change(
        self, connection: Connection, task_id: str, held: Status, now: datetime, version: int | None = None, **new: Any
    ) -> Task | None:
        """Return the task after a change, if it had this status (and version); else None."""
        tasks = self.tables.tasks
        query = update(tasks).where(tasks.c.id == task_id, tasks.c.status == held)
        if version is not None:
            query = query.where(tasks.c.version == version)
        changed = query.values(updated_at=now, version=tasks.c.version + 1, **new).returning(tasks)
        row = connection.execute(changed).first()
        return task_of(row) if row is not None else None

    def end(self, connection: Connection, task: Task, now: datetime, **values: Any) -> Task:
        """End a running task; raises LeaseLostError if another call has taken it over."""
        done = self.change(connection, task.id, Status.RUNNING, now, version=task.version, lease_until=None, **values)
        if done is None:
            raise answers.lease_lost(task)
        return done


def task_of(row: Row[Any]) -> Task:
    """Return the task of a row."""
    members: dict[str, Any] = dict(row._mapping)  # pyright: ignore[reportPrivateUsage] - public, but for its name
    members["status"] = Status(members["status"])
    return Task(**members)
