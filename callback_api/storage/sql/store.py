"""Store of tasks in SQL."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, delete, func, insert, literal, or_, select, tuple_, update

from callback_api.errors import StoreError
from callback_api.storage import answers
from callback_api.storage import cursor as cursors
from callback_api.storage.sql.engine import Turn, reading, translated, unwritten, writing
from callback_api.storage.sql.migration import is_current
from callback_api.storage.sql.rows import Rows, task_of
from callback_api.storage.sql.tables import PREFIX, Words
from callback_api.task import EVERY_TASK, OutboxAction, OutboxRecord, Page, Started, Status, Task, TokenOwner, Verdict

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Engine, Select, Table

    from callback_api.task import Selection

OUTBOX_LEASE = timedelta(minutes=1)


class SqlWork:
    """One task within the transaction that completes it."""

    transact = None

    def __init__(self, connection: Connection, task: Task, rows: Rows) -> None:
        self.connection, self._task, self._rows = connection, task, rows
        self.completed = False

    def complete(self, result: Any, now: datetime) -> Task:
        """End the task as COMPLETED."""
        with translated():
            done = self._rows.end(self.connection, self._task, now, status=Status.COMPLETED, result=result, error=None)
        self.completed = True
        return done


class SqlTaskStore:
    """Tasks in the tables of `prefix`, in the database of `engine`, whose schema `migrate` has updated."""

    def __init__(self, engine: Engine, prefix: str = PREFIX) -> None:
        self.engine = engine
        # Threads of this process take turns; otherwise SQLite would make them poll.
        self._turn = Turn() if engine.dialect.name == "sqlite" else nullcontext()
        self._rows = Rows(engine.dialect.name, prefix)
        tables = self._rows.tables
        self._tasks, self._outbox, self._tokens = tables.tasks, tables.outbox, tables.tokens

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def ready(self) -> None:
        """Check the schema's version."""
        with reading(self.engine) as connection:
            if not is_current(connection, self._rows.tables):
                raise StoreError("the database's schema has another version: run python -m callback_api migrate")

    def add(self, task: Task) -> tuple[Task, bool]:
        """Insert a task and its outbox record, or find the task that has its key."""
        with self._writing() as connection:
            return self._rows.add(connection, task)

    def get(self, task_id: str) -> Task | None:
        """Select a task."""
        with reading(self.engine) as connection:
            return self._rows.found(connection, task_id)

    def of_key(self, user_id: str, key: str) -> Task | None:
        """Select by the unique index."""
        with reading(self.engine) as connection:
            return self._rows.of_key(connection, user_id, key)

    def get_many(self, task_ids: Sequence[str]) -> Mapping[str, Task]:
        """Select some tasks."""
        query = select(self._tasks).where(self._tasks.c.id.in_(task_ids))
        with reading(self.engine) as connection:
            return {row.id: task_of(row) for row in connection.execute(query)}

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
        """Select after the last task of the previous page."""
        query = _ordered(self._tasks, soonest, cursor).where(*_selected(self._tasks, selection)).limit(limit + 1)
        if user_id is not None:
            query = query.where(self._tasks.c.user_id == user_id)
        if status is not None:
            query = query.where(self._tasks.c.status == status)
        with reading(self.engine) as connection:
            found = [task_of(row) for row in connection.execute(query)]
        last = found[limit - 1] if len(found) > limit else None
        return Page(tuple(found[:limit]), cursors.after(last, soonest) if last else None)

    def counts(self, user_id: str | None = None) -> Mapping[Status, int]:
        """Count by status."""
        query = select(self._tasks.c.status, func.count()).group_by(self._tasks.c.status)
        if user_id is not None:
            query = query.where(self._tasks.c.user_id == user_id)
        with reading(self.engine) as connection:
            found = {str(status): int(number) for status, number in connection.execute(query)}
        return {status: found.get(status, 0) for status in Status}

    def cancel(self, task_id: str, now: datetime) -> Task:
        """Cancel, if it is still SCHEDULED."""
        with self._writing() as connection:
            return self._rows.cancel(connection, task_id, now)

    def retry(self, task_id: str, scheduled_at: datetime, now: datetime) -> Task:
        """Schedule again, if it is FAILED."""
        with self._writing() as connection:
            changed = self._rows.change(
                connection,
                task_id,
                Status.FAILED,
                now,
                status=Status.SCHEDULED,
                scheduled_at=scheduled_at,
                schedule_arn=None,
                run_key=None,
            )
            if changed is not None:
                self._rows.put_record(connection, task_id, OutboxAction.SCHEDULE, now)
                return changed
            found = self._rows.found(connection, task_id)
        raise answers.refused(found, task_id, answers.AFTER_FAILURE)

    def begin(self, task_id: str, run_key: str, lease_until: datetime, now: datetime) -> Started:
        """Take the task, if it is due and free, in one statement."""
        lapsed = and_(self._tasks.c.status == Status.RUNNING, self._tasks.c.lease_until <= now)
        due = and_(self._tasks.c.status == Status.SCHEDULED, self._tasks.c.scheduled_at <= now)
        free = or_(due, lapsed)
        taken = (
            update(self._tasks)
            .where(self._tasks.c.id == task_id, free)
            .values(
                status=Status.RUNNING,
                run_key=run_key,
                error=case((self._tasks.c.status == Status.RUNNING, answers.LAPSED), else_=self._tasks.c.error),
                lease_until=lease_until,
                attempts=self._tasks.c.attempts + 1,
                updated_at=now,
                version=self._tasks.c.version + 1,
            )
            .returning(self._tasks)
        )
        with self._writing() as connection:
            row = connection.execute(taken).first()
            if row is not None:
                return Started(Verdict.RUN, task_of(row))
            found = self._rows.found(connection, task_id)
        return Started(answers.verdict(found, now), found)

    @contextmanager
    def work(self, task: Task) -> Generator[SqlWork]:
        """Give the handler the connection whose transaction completes the task; its errors are its own."""
        with ExitStack() as stack:
            with translated():
                connection = stack.enter_context(unwritten(self.engine))
            work = SqlWork(connection, task, self._rows)
            yield work
            with translated():
                if work.completed:
                    connection.commit()

    def fail(self, task: Task, error: str, now: datetime, *, permanent: bool) -> Task:
        """End the task as FAILED, or give it back."""
        with self._writing() as connection:
            status = Status.FAILED if permanent else Status.SCHEDULED
            return self._rows.end(connection, task, now, status=status, error=error)

    def outbox_records(self, now: datetime, limit: int = 25) -> Sequence[OutboxRecord]:
        """Lease due records, skipping those that another process is leasing."""
        due = (
            select(self._outbox.c.task_id)
            .where(self._outbox.c.due_at <= now)
            .order_by(self._outbox.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self._writing() as connection:
            ids = list(connection.scalars(due))
            leased = (
                update(self._outbox)
                .where(self._outbox.c.task_id.in_(ids))
                .values(due_at=now + OUTBOX_LEASE, attempts=self._outbox.c.attempts + 1)
                .returning(self._outbox)
            )
            rows = connection.execute(leased).all() if ids else ()
        in_order = sorted(rows, key=lambda row: row.created_at)
        return [OutboxRecord(row.id, row.task_id, OutboxAction(row.action), row.attempts) for row in in_order]

    def outbox_done(self, arns: Mapping[OutboxRecord, str | None], now: datetime) -> None:
        """Delete the records; a schedule for a task that was cancelled meanwhile must be deleted again."""
        if not arns:
            return
        free = select(self._tasks.c.id).where(self._tasks.c.id.in_([record.task_id for record in arns]))
        with self._writing() as connection:
            taken = set(connection.scalars(free.with_for_update(skip_locked=True)))
            self._note_done(connection, {record: arn for record, arn in arns.items() if record.task_id in taken}, now)
        # An application may change several tasks in one transaction, in any order: wait for one while holding none.
        for record, arn in arns.items():
            if record.task_id not in taken:
                with self._writing() as connection:
                    self._note_done(connection, {record: arn}, now)

    def _note_done(self, connection: Connection, arns: Mapping[OutboxRecord, str | None], now: datetime) -> None:
        if not arns:
            return
        by_task = {record.task_id: literal(arn, Words) for record, arn in arns.items()}
        noted = (
            update(self._tasks)
            .where(self._tasks.c.id.in_(by_task))
            .values(schedule_arn=case(by_task, value=self._tasks.c.id))
        )
        # The tasks first, as everywhere: in another order two transactions could wait for each other.
        statuses = {
            row.id: row.status for row in connection.execute(noted.returning(self._tasks.c.id, self._tasks.c.status))
        }
        connection.execute(delete(self._outbox).where(self._outbox.c.id.in_([record.id for record in arns])))
        for record in arns:
            if record.action is OutboxAction.SCHEDULE and statuses.get(record.task_id) == Status.CANCELLED:
                self._rows.put_record(connection, record.task_id, OutboxAction.CANCEL, now)

    def outbox_failed(self, record: OutboxRecord, until: datetime) -> None:
        """Postpone the record."""
        with self._writing() as connection:
            same = and_(self._outbox.c.task_id == record.task_id, self._outbox.c.id == record.id)
            connection.execute(update(self._outbox).where(same).values(due_at=until))

    def overdue(self, before: datetime, limit: int = 25) -> Sequence[Task]:
        """Select tasks that should have been called back."""
        waits = and_(self._tasks.c.status == Status.SCHEDULED, self._tasks.c.scheduled_at < before)
        lapsed = and_(self._tasks.c.status == Status.RUNNING, self._tasks.c.lease_until < before)
        query = select(self._tasks).where(or_(waits, lapsed)).order_by(self._tasks.c.scheduled_at).limit(limit)
        with reading(self.engine) as connection:
            return [task_of(row) for row in connection.execute(query)]

    def reschedule(self, task: Task, scheduled_at: datetime, now: datetime) -> Task:
        """Move the task, if it is unchanged."""
        values = {"status": Status.SCHEDULED, "scheduled_at": scheduled_at, "lease_until": None}
        with self._writing() as connection:
            changed = self._rows.change(connection, task.id, task.status, now, version=task.version, **values)
            if changed is not None:
                self._rows.put_record(connection, task.id, OutboxAction.SCHEDULE, now)
                return changed
            found = self._rows.found(connection, task.id)
        if found is None:
            raise answers.refused(None, task.id, "")
        return found

    def add_token(self, digest: str, owner: TokenOwner, now: datetime) -> None:
        """Insert a token's digest."""
        with self._writing() as connection:
            connection.execute(insert(self._tokens).values(digest=digest, created_at=now, **asdict(owner)))

    def token_owner(self, digest: str) -> TokenOwner | None:
        """Select a token's owner."""
        with reading(self.engine) as connection:
            row = connection.execute(select(self._tokens).where(self._tokens.c.digest == digest)).first()
        return TokenOwner(row.user_id, row.admin, row.label) if row is not None else None

    def revoke_token(self, digest: str) -> bool:
        """Delete a token's digest."""
        with self._writing() as connection:
            return connection.execute(delete(self._tokens).where(self._tokens.c.digest == digest)).rowcount > 0

    @contextmanager
    def _writing(self) -> Generator[Connection]:
        with self._turn, writing(self.engine) as connection:
            yield connection


def _ordered(tasks: Table, soonest: bool, cursor: str | None) -> Select[Any]:
    """All tasks, the newest first, or SCHEDULED ones, the soonest first, after the place of a cursor."""
    before = cursors.position(cursor, soonest) if cursor is not None else None
    if soonest:
        query = select(tasks).where(tasks.c.status == Status.SCHEDULED).order_by(tasks.c.scheduled_at, tasks.c.id)
        return query if before is None else query.where(tuple_(tasks.c.scheduled_at, tasks.c.id) > before)
    query = select(tasks).order_by(tasks.c.created_at.desc(), tasks.c.id.desc())
    return query if before is None else query.where(tuple_(tasks.c.created_at, tasks.c.id) < before)


def _selected(tasks: Table, selection: Selection) -> Iterator[ColumnElement[bool]]:
    """Conditions of a selection, each of which narrows it."""
    if selection.name is not None:
        yield tasks.c.name == selection.name
    if selection.hidden is not None:
        yield tasks.c.name != selection.hidden
    if selection.due_from is not None:
        yield tasks.c.scheduled_at >= selection.due_from
    if selection.due_to is not None:
        yield tasks.c.scheduled_at < selection.due_to
