"""The interface of every store of tasks, held by one test suite."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from callback_api.task import OutboxRow, Page, Started, Status, Task, TokenOwner


class Work(Protocol):
    """A task that is being done; what `connection` writes is kept if, and only if, the task is completed."""

    @property
    def connection(self) -> Any:
        """SQLAlchemy's connection, within the transaction that completes the task; None where there is none."""
        ...

    @property
    def transact(self) -> Callable[[Mapping[str, Any]], None] | None:
        """Adds a member of TransactWriteItems to the transaction that completes the task; None but in DynamoDB."""
        ...

    def complete(self, result: Any, now: datetime) -> Task:
        """End the task as COMPLETED with `result`; raises LeaseLostError when another call has taken it over."""
        ...


class TaskStore(Protocol):
    """Keeps tasks, their errands and API tokens; safe to use from many threads and many processes at once.

    What is written is written when a method returns. Raises StoreError when the database cannot be reached.
    """

    def close(self) -> None:
        """Give up all connections."""
        ...

    def ready(self) -> None:
        """Read something; raises StoreError when the store cannot be used, its schema being old for one."""
        ...

    def add(self, task: Task) -> tuple[Task, bool]:
        """Keep a task and the errand to schedule it, in one transaction; whether it is new.

        A task of the same user and key is answered instead if it has the same name and data, and KeyReusedError is
        raised if it has not. The time is not compared: the first holds. Raises TooLargeError.
        """
        ...

    def get(self, task_id: str) -> Task | None:
        """The task with an id."""
        ...

    def of_key(self, user_id: str, key: str) -> Task | None:
        """The task of a user and a key of theirs."""
        ...

    def get_many(self, task_ids: Sequence[str]) -> Mapping[str, Task]:
        """Those of the tasks that there are, by id."""
        ...

    def page(
        self, *, user_id: str | None = None, status: Status | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page:
        """Tasks of one user or of all, the newest first; raises CursorError for a cursor that is none of ours."""
        ...

    def counts(self, user_id: str | None = None) -> Mapping[Status, int]:
        """How many tasks have each status; a store may stop counting at 10,000 of one."""
        ...

    def cancel(self, task_id: str, now: datetime) -> Task:
        """End a SCHEDULED task as CANCELLED, with the errand to remove its schedule, in one transaction.

        Raises NoTaskError, and StateError when it has another status; a CANCELLED one is answered as it is.
        """
        ...

    def retry(self, task_id: str, scheduled_at: datetime, now: datetime) -> Task:
        """Have a FAILED task done after all, at another time, with the errand to schedule it; errors as in `cancel`."""
        ...

    def begin(self, task_id: str, run_key: str, lease_until: datetime, now: datetime) -> Started:
        """Turn a SCHEDULED task that is due into a RUNNING one, or one whose lease is over, for only one caller."""
        ...

    def work(self, task: Task) -> AbstractContextManager[Work]:
        """The transaction in which a task that `begin` gave is done; it is rolled back unless `complete` was called.

        LeaseLostError may come at its end as well, where the store writes everything at once.
        """
        ...

    def fail(self, task: Task, error: str, now: datetime, *, permanent: bool) -> Task:
        """End a task that `begin` gave as FAILED, or give it back as SCHEDULED for another call to begin.

        Raises LeaseLostError when another call has taken it over.
        """
        ...

    def errands(self, now: datetime, limit: int = 25) -> Sequence[OutboxRow]:
        """Errands that are due, for the caller alone for a minute, the oldest first."""
        ...

    def errands_done(self, arns: Mapping[OutboxRow, str | None], now: datetime) -> None:
        """Cross errands off, and note the ARN of the schedule that was made for each."""
        ...

    def errand_failed(self, row: OutboxRow, until: datetime) -> None:
        """Have an errand tried again at a later time."""
        ...

    def overdue(self, before: datetime, limit: int = 25) -> Sequence[Task]:
        """Tasks that should have been called back: SCHEDULED or leased for a time that is `before`."""
        ...

    def reschedule(self, task: Task, scheduled_at: datetime, now: datetime) -> Task:
        """Move a task that `overdue` gave to another time, SCHEDULED, with the errand; as it is if it has changed."""
        ...

    def add_token(self, digest: str, owner: TokenOwner, now: datetime) -> None:
        """Keep an API token by its SHA-256 in hex."""
        ...

    def token_owner(self, digest: str) -> TokenOwner | None:
        """Whose token it is, unless it was revoked."""
        ...

    def revoke_token(self, digest: str) -> bool:
        """Take a token away; whether it was there."""
        ...
