"""Interface of every store of tasks, tested by one test suite."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from callback_api.task import EVERY_TASK

if TYPE_CHECKING:
    from callback_api.task import OutboxRecord, Page, Selection, Started, Status, Task, TokenOwner


class Work(Protocol):
    """Task in progress; the writes of `connection` are stored if, and only if, the task is completed."""

    @property
    def connection(self) -> Any:
        """SQLAlchemy's connection, within the transaction that completes the task; None if there is none."""
        ...

    @property
    def transact(self) -> Callable[[Mapping[str, Any]], None] | None:
        """Adds a member of TransactWriteItems to the transaction that completes the task; None outside DynamoDB."""
        ...

    def complete(self, result: Any, now: datetime) -> Task:
        """End the task as COMPLETED with `result`; raises LeaseLostError if another call has taken it over."""
        ...


class TaskStore(Protocol):
    """Stores tasks, their outbox records and API tokens; safe to use from many threads and many processes at once.

    Writes are durable when a method returns. Raises StoreError if the database cannot be reached.
    """

    def close(self) -> None:
        """Close all connections."""
        ...

    def ready(self) -> None:
        """Read something; raises StoreError if the store cannot be used, for example because of an old schema."""
        ...

    def add(self, task: Task) -> tuple[Task, bool]:
        """Store a task and the outbox record for its schedule, in one transaction; return whether it is new.

        A task of the same user and key is returned instead if it has the same name and data, else
        TaskKeyReusedError is raised. The time is not compared: the first stays. Raises TooLargeError.
        """
        ...

    def get(self, task_id: str) -> Task | None:
        """Return the task with an ID."""
        ...

    def of_key(self, user_id: str, key: str) -> Task | None:
        """Return the task of a user and a key."""
        ...

    def get_many(self, task_ids: Sequence[str]) -> Mapping[str, Task]:
        """Return the existing ones of the tasks, by ID."""
        ...

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
        """Return tasks of one user or of all, the newest first; raises CursorError for an invalid cursor.

        soonest: only SCHEDULED tasks, in the order of their times.
        A store may end a page early, with a cursor, when it has looked at many tasks that are not selected.
        """
        ...

    def counts(self, user_id: str | None = None) -> Mapping[Status, int]:
        """Return the number of tasks with each status; a store may stop counting at 10,000."""
        ...

    def cancel(self, task_id: str, now: datetime) -> Task:
        """End a SCHEDULED task as CANCELLED, with the outbox record that deletes its schedule, in one transaction.

        Raises NoTaskError, and StateError for another status; a CANCELLED one is returned unchanged.
        """
        ...

    def retry(self, task_id: str, scheduled_at: datetime, now: datetime) -> Task:
        """Retry a FAILED task at another time, with the outbox record for its schedule; errors as in `cancel`."""
        ...

    def begin(self, task_id: str, run_key: str, lease_until: datetime, now: datetime) -> Started:
        """Turn a due SCHEDULED task, or one with an expired lease, into a RUNNING one, for only one caller."""
        ...

    def work(self, task: Task) -> AbstractContextManager[Work]:
        """Transaction of a task that `begin` returned; it is rolled back unless `complete` was called.

        LeaseLostError may also be raised at its end, if the store writes everything at once.
        """
        ...

    def fail(self, task: Task, error: str, now: datetime, *, permanent: bool) -> Task:
        """End a task that `begin` returned as FAILED, or give it back as SCHEDULED for another call.

        Raises LeaseLostError if another call has taken it over.
        """
        ...

    def outbox_records(self, now: datetime, limit: int = 25) -> Sequence[OutboxRecord]:
        """Return due outbox records, leased to the caller for a minute, the oldest first."""
        ...

    def outbox_done(self, arns: Mapping[OutboxRecord, str | None], now: datetime) -> None:
        """Delete outbox records, and store the ARN of the schedule that was created for each."""
        ...

    def outbox_failed(self, record: OutboxRecord, until: datetime) -> None:
        """Postpone an outbox record."""
        ...

    def overdue(self, before: datetime, limit: int = 25) -> Sequence[Task]:
        """Return tasks that should have been called back: SCHEDULED or leased for a time that is `before`."""
        ...

    def reschedule(self, task: Task, scheduled_at: datetime, now: datetime) -> Task:
        """Move a task from `overdue` to another time, SCHEDULED, with an outbox record; unchanged if it was changed."""
        ...

    def add_token(self, digest: str, owner: TokenOwner, now: datetime) -> None:
        """Store an API token by its SHA-256 in hex."""
        ...

    def token_owner(self, digest: str) -> TokenOwner | None:
        """Return the owner of a token, unless it was revoked."""
        ...

    def revoke_token(self, digest: str) -> bool:
        """Revoke a token; return whether it existed."""
        ...
