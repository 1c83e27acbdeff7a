"""The store of tasks in SQL."""

from __future__ import annotations

import uuid
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, delete, func, insert, literal, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from callback_api.errors import StoreError
from callback_api.storage import answers
from callback_api.storage import cursor as cursors
from callback_api.storage.sql.engine import Turn, reading, translated, unwritten, writing
from callback_api.storage.sql.migration import is_current
from callback_api.storage.sql.tables import Words, outbox, tasks, tokens
from callback_api.task import Errand, OutboxRow, Page, Started, Status, Task, TokenOwner, Verdict

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Row

ERRAND_LEASE = timedelta(minutes=1)


class SqlWork:
    """One task within the transaction that completes it."""

    transact = None

    def __init__(self, connection: Connection, task: Task) -> None:
        self.connection, self._task = connection, task
        self.completed = False

    def complete(self, result: Any, now: datetime) -> Task:
        """End the task as COMPLETED."""
        with translated():
            done = _end(self.connection, self._task, now, status=Status.COMPLETED, result=result, error=None)
        self.completed = True
        return done


class SqlTaskStore:
    """Tasks in the database of `engine`, whose schema `migrate` has brought up to date."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # Threads of this process take turns; SQLite itself would have them look again now and then.
        self._turn = Turn() if engine.dialect.name == "sqlite" else nullcontext()
        dialect_insert = (postgresql if engine.dialect.name == "postgresql" else sqlite).insert
        self._add = dialect_insert(tasks).on_conflict_do_nothing().returning(tasks.c.id)
        errand = dialect_insert(outbox)
        members = {name: errand.excluded[name] for name in ("id", "errand", "attempts", "due_at", "created_at")}
        self._replace_errand = errand.on_conflict_do_update(index_elements=["task_id"], set_=members)

    def close(self) -> None:
        """Give up all connections."""
        self._engine.dispose()

    def ready(self) -> None:
        """Look at the schema's version."""
        with reading(self._engine) as connection:
            if not is_current(connection):
                raise StoreError("the database's schema is not of this version: run python -m callback_api migrate")

    def add(self, task: Task) -> tuple[Task, bool]:
        """Insert a task and its errand, or find the one that has its key."""
        members = {name: getattr(task, name) for name in tasks.c.keys()}  # noqa: SIM118 - a table is no mapping
        with self._writing() as connection:
            if connection.execute(self._add, members).first() is not None:
                self._put_errand(connection, task.id, Errand.SCHEDULE, task.created_at)
                return task, True
            same_key = and_(tasks.c.user_id == task.user_id, tasks.c.key == task.key)
            row = connection.execute(select(tasks).where(same_key)).first()
        if task.key is None or row is None:
            raise answers.id_taken(task)
        return answers.of_same_key(task, _task(row)), False

    def get(self, task_id: str) -> Task | None:
        """Select a task."""
        with reading(self._engine) as connection:
            return _found(connection, task_id)

    def get_many(self, task_ids: Sequence[str]) -> Mapping[str, Task]:
        """Select some tasks."""
        query = select(tasks).where(tasks.c.id.in_(task_ids))
        with reading(self._engine) as connection:
            return {row.id: _task(row) for row in connection.execute(query)}

    def page(
        self, *, user_id: str | None = None, status: Status | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page:
        """Select by the position of the last task of the page before."""
        query = select(tasks).order_by(tasks.c.created_at.desc(), tasks.c.id.desc()).limit(limit + 1)
        if user_id is not None:
            query = query.where(tasks.c.user_id == user_id)
        if status is not None:
            query = query.where(tasks.c.status == status)
        if cursor is not None:
            query = query.where(tuple_(tasks.c.created_at, tasks.c.id) < cursors.position(cursor))
        with reading(self._engine) as connection:
            found = [_task(row) for row in connection.execute(query)]
        more = len(found) > limit
        last = found[limit - 1] if more else None
        return Page(tuple(found[:limit]), cursors.after(last) if last else None)

    def counts(self, user_id: str | None = None) -> Mapping[Status, int]:
        """Count by status."""
        query = select(tasks.c.status, func.count()).group_by(tasks.c.status)
        if user_id is not None:
            query = query.where(tasks.c.user_id == user_id)
        with reading(self._engine) as connection:
            found = {str(status): int(number) for status, number in connection.execute(query)}
        return {status: found.get(status, 0) for status in Status}

    def cancel(self, task_id: str, now: datetime) -> Task:
        """Cancel, if it is still SCHEDULED."""
        with self._writing() as connection:
            changed = _change(connection, task_id, Status.SCHEDULED, now, status=Status.CANCELLED)
            if changed is not None:
                self._put_errand(connection, task_id, Errand.CANCEL, now)
                return changed
            found = _found(connection, task_id)
        if found is not None and found.status is Status.CANCELLED:
            return found
        raise answers.refused(found, task_id, answers.WHILE_SCHEDULED)

    def retry(self, task_id: str, scheduled_at: datetime, now: datetime) -> Task:
        """Schedule anew, if it is FAILED."""
        with self._writing() as connection:
            changed = _change(
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
                self._put_errand(connection, task_id, Errand.SCHEDULE, now)
                return changed
            found = _found(connection, task_id)
        raise answers.refused(found, task_id, answers.AFTER_FAILURE)

    def begin(self, task_id: str, run_key: str, lease_until: datetime, now: datetime) -> Started:
        """Take the task, if it is due and nobody has it, in one statement."""
        lapsed = and_(tasks.c.status == Status.RUNNING, tasks.c.lease_until <= now)
        due = and_(tasks.c.status == Status.SCHEDULED, tasks.c.scheduled_at <= now)
        free = or_(due, lapsed)
        taken = (
            update(tasks)
            .where(tasks.c.id == task_id, free)
            .values(
                status=Status.RUNNING,
                run_key=run_key,
                lease_until=lease_until,
                attempts=tasks.c.attempts + 1,
                updated_at=now,
                version=tasks.c.version + 1,
            )
            .returning(tasks)
        )
        with self._writing() as connection:
            row = connection.execute(taken).first()
            if row is not None:
                return Started(Verdict.RUN, _task(row))
            found = _found(connection, task_id)
        return Started(answers.verdict(found, now), found)

    @contextmanager
    def work(self, task: Task) -> Generator[SqlWork]:
        """Give the handler the connection whose transaction completes the task; what it raises is its own."""
        with ExitStack() as stack:
            with translated():
                connection = stack.enter_context(unwritten(self._engine))
            work = SqlWork(connection, task)
            yield work
            with translated():
                if work.completed:
                    connection.commit()

    def fail(self, task: Task, error: str, now: datetime, *, permanent: bool) -> Task:
        """End the task as FAILED, or give it back."""
        with self._writing() as connection:
            status = Status.FAILED if permanent else Status.SCHEDULED
            return _end(connection, task, now, status=status, error=error)

    def errands(self, now: datetime, limit: int = 25) -> Sequence[OutboxRow]:
        """Lease due errands, passing over those that another process is leasing."""
        due = (
            select(outbox.c.task_id)
            .where(outbox.c.due_at <= now)
            .order_by(outbox.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self._writing() as connection:
            ids = list(connection.scalars(due))
            leased = (
                update(outbox)
                .where(outbox.c.task_id.in_(ids))
                .values(due_at=now + ERRAND_LEASE, attempts=outbox.c.attempts + 1)
                .returning(outbox)
            )
            rows = connection.execute(leased).all() if ids else ()
        in_order = sorted(rows, key=lambda row: row.created_at)
        return [OutboxRow(row.id, row.task_id, Errand(row.errand), row.attempts) for row in in_order]

    def errands_done(self, arns: Mapping[OutboxRow, str | None], now: datetime) -> None:
        """Delete the errands; a schedule made for a task that was cancelled meanwhile has to go again."""
        if not arns:
            return
        by_task = {row.task_id: literal(arn, Words) for row, arn in arns.items()}
        noted = update(tasks).where(tasks.c.id.in_(by_task)).values(schedule_arn=case(by_task, value=tasks.c.id))
        with self._writing() as connection:
            # The tasks first, as everywhere: in another order two transactions could wait for each other.
            statuses = {row.id: row.status for row in connection.execute(noted.returning(tasks.c.id, tasks.c.status))}
            connection.execute(delete(outbox).where(outbox.c.id.in_([row.id for row in arns])))
            for row in arns:
                if row.errand is Errand.SCHEDULE and statuses.get(row.task_id) == Status.CANCELLED:
                    self._put_errand(connection, row.task_id, Errand.CANCEL, now)

    def errand_failed(self, row: OutboxRow, until: datetime) -> None:
        """Make the errand due later."""
        with self._writing() as connection:
            same = and_(outbox.c.task_id == row.task_id, outbox.c.id == row.id)
            connection.execute(update(outbox).where(same).values(due_at=until))

    def overdue(self, before: datetime, limit: int = 25) -> Sequence[Task]:
        """Select what should have been called back."""
        waits = and_(tasks.c.status == Status.SCHEDULED, tasks.c.scheduled_at < before)
        lapsed = and_(tasks.c.status == Status.RUNNING, tasks.c.lease_until < before)
        query = select(tasks).where(or_(waits, lapsed)).order_by(tasks.c.scheduled_at).limit(limit)
        with reading(self._engine) as connection:
            return [_task(row) for row in connection.execute(query)]

    def reschedule(self, task: Task, scheduled_at: datetime, now: datetime) -> Task:
        """Move the task, if it is still as it was."""
        values = {"status": Status.SCHEDULED, "scheduled_at": scheduled_at, "lease_until": None}
        with self._writing() as connection:
            changed = _change(connection, task.id, task.status, now, version=task.version, **values)
            if changed is not None:
                self._put_errand(connection, task.id, Errand.SCHEDULE, now)
                return changed
            found = _found(connection, task.id)
        if found is None:
            raise answers.refused(None, task.id, "")
        return found

    def add_token(self, digest: str, owner: TokenOwner, now: datetime) -> None:
        """Insert a token's digest."""
        with self._writing() as connection:
            connection.execute(insert(tokens).values(digest=digest, created_at=now, **asdict(owner)))

    def token_owner(self, digest: str) -> TokenOwner | None:
        """Select a token's owner."""
        with reading(self._engine) as connection:
            row = connection.execute(select(tokens).where(tokens.c.digest == digest)).first()
        return TokenOwner(row.user_id, row.admin, row.label) if row is not None else None

    def revoke_token(self, digest: str) -> bool:
        """Delete a token's digest."""
        with self._writing() as connection:
            return connection.execute(delete(tokens).where(tokens.c.digest == digest)).rowcount > 0

    @contextmanager
    def _writing(self) -> Generator[Connection]:
        with self._turn, writing(self._engine) as connection:
            yield connection

    def _put_errand(self, connection: Connection, task_id: str, errand: Errand, now: datetime) -> None:
        values = {"id": str(uuid.uuid4()), "errand": errand, "attempts": 0, "due_at": now, "created_at": now}
        connection.execute(self._replace_errand, {"task_id": task_id, **values})


def _found(connection: Connection, task_id: str) -> Task | None:
    row = connection.execute(select(tasks).where(tasks.c.id == task_id)).first()
    return _task(row) if row is not None else None


def _task(row: Row[Any]) -> Task:
    members: dict[str, Any] = dict(row._mapping)  # pyright: ignore[reportPrivateUsage] - public, but for its name
    members["status"] = Status(members["status"])
    return Task(**members)


def _change(
    connection: Connection, task_id: str, held: Status, now: datetime, version: int | None = None, **values: Any
) -> Task | None:
    """The task after a change, if it held this status (and version); else None."""
    query = update(tasks).where(tasks.c.id == task_id, tasks.c.status == held)
    if version is not None:
        query = query.where(tasks.c.version == version)
    changed = query.values(updated_at=now, version=tasks.c.version + 1, **values).returning(tasks)
    row = connection.execute(changed).first()
    return _task(row) if row is not None else None


def _end(connection: Connection, task: Task, now: datetime, **values: Any) -> Task:
    done = _change(connection, task.id, Status.RUNNING, now, version=task.version, lease_until=None, **values)
    if done is None:
        raise answers.lease_lost(task)
    return done
