"""PostgreSQL behind a pooler of transactions: what a store or an application relies on is in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from callback_api.access import Access
from callback_api.embedding import Tasks
from callback_api.handlers import Call, Registry
from callback_api.storage.sql import SqlTaskStore, migrate, new_engine
from callback_api.task import Status, Task, Verdict
from tests.callback_api.application import FakeSchedules
from tests.callback_api.storage.pooler import pooled

if TYPE_CHECKING:
    from tests.callback_api.storage.postgres import Postgres

NOW = datetime(2027, 1, 5, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
THREADS, TASKS = 8, 60


@pytest.fixture
def url(postgres: Postgres, tmp_path: Path) -> Iterator[str]:
    with pooled(postgres.new_database(), tmp_path) as address:
        yield address


@pytest.fixture
def store(url: str) -> Iterator[SqlTaskStore]:
    engine = new_engine(url)
    migrate(engine)
    store = SqlTaskStore(engine)
    yield store
    store.close()


def a_task(number: int) -> Task:
    return Task(
        id=str(uuid.uuid4()),
        user_id="ada",
        name="mail",
        key=f"order-{number}",
        scheduled_at=NOW,
        created_at=NOW,
        updated_at=NOW,
    )


def test_the_pooler_shares_its_connections_so_that_a_prepared_statement_may_be_gone(url: str) -> None:
    """What the store would meet, if its driver prepared statements as it does by default."""
    with (
        psycopg.connect(url, autocommit=True) as one,
        psycopg.connect(url, autocommit=True) as other,
        pytest.raises(psycopg.errors.DatabaseError, match="prepared statement"),
    ):
        _ask_by_turns(one, other)


def _ask_by_turns(*connections: psycopg.Connection[Any]) -> None:
    for number in range(40):
        for connection in connections:
            connection.execute("select %s::int", (number,))


def test_many_threads_do_each_task_once(store: SqlTaskStore) -> None:
    def through(number: int) -> int:
        """Add, begin, complete and list; how often the work was this thread's."""
        task, _ = store.add(a_task(number % TASKS))
        store.outbox_done(dict.fromkeys(store.outbox_records(NOW), "arn:made"), NOW)
        started = store.begin(task.id, "v1.run", NOW + MINUTE, NOW)
        store.page(user_id="ada", limit=3)
        if started.verdict is not Verdict.RUN or started.task is None:
            return 0
        with store.work(started.task) as work:
            work.complete({"number": number}, NOW)
        return 1

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(through, range(3 * TASKS))) == TASKS

    assert store.counts() == {**dict.fromkeys(Status, 0), Status.COMPLETED: TASKS}
    store.outbox_done(dict.fromkeys(store.outbox_records(NOW + MINUTE, TASKS), "arn:made"), NOW)
    assert store.outbox_records(NOW + 5 * MINUTE) == []


def test_an_application_s_transaction_is_kept_or_lost_as_a_whole(url: str) -> None:
    done: list[Call] = []
    registry = Registry()
    registry.task("mail")(done.append)
    engine = new_engine(url)
    tasks = Tasks(engine, FakeSchedules(), Access(), registry=registry, clock=lambda: NOW)
    assert tasks.migrate() == []
    with engine.begin() as connection:
        tasks.schedule(connection, "mail", {"n": 1}, delay=MINUTE, key="kept")
    with engine.connect() as connection:
        tasks.move(connection, "kept", delay=5 * MINUTE)
        tasks.schedule(connection, "mail", {"n": 2}, delay=MINUTE, key="lost")
        connection.rollback()

    (task,) = tasks.service.store.page().tasks
    assert (task.key, task.scheduled_at) == ("kept", NOW + MINUTE)
    engine.dispose()
