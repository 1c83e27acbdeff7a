from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from callback_api.errors import SettingsError
from callback_api.storage.sql import SqlTaskStore, migrate, new_engine
from callback_api.storage.sql.rows import Rows
from callback_api.task import Task

if TYPE_CHECKING:
    from tests.callback_api.storage.postgres import Postgres

NOW = datetime(2027, 1, 5, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
WAITING = text("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")


def a_task() -> Task:
    return Task(id="t", user_id="ada", name="mail", scheduled_at=NOW, created_at=NOW, updated_at=NOW)


def test_an_outbox_record_is_crossed_off_after_its_task_is_locked(postgres: Postgres) -> None:
    """As in a cancellation: in another order the two could wait for each other."""
    store = SqlTaskStore(engine := new_engine(postgres.new_database()))
    migrate(engine)
    store.add(a_task())
    (row,) = store.outbox_records(NOW)

    with ThreadPoolExecutor(1) as pool, engine.connect() as connection:
        connection.execute(text("select 1 from callback_tasks for update"))
        done = pool.submit(store.outbox_done, {row: None}, NOW)
        with engine.connect() as watcher:
            while not watcher.scalar(WAITING):
                time.sleep(0.01)
                watcher.rollback()
        assert connection.execute(text("select 1 from callback_outbox for update nowait")).one() == (1,)
        connection.rollback()
        done.result()
    store.close()


@pytest.mark.parametrize("held", ["a", "b"])
def test_who_waits_for_an_application_s_transaction_holds_nothing_that_it_may_change_next(
    postgres: Postgres, held: str
) -> None:
    store = SqlTaskStore(engine := new_engine(postgres.new_database()))
    migrate(engine)
    for name in ("a", "b"):
        store.add(replace(a_task(), id=name))
    rows = store.outbox_records(NOW)
    (other,) = {"a", "b"} - {held}

    with ThreadPoolExecutor(1) as pool, engine.connect() as connection:
        rows_of = Rows("postgresql")
        rows_of.move(connection, held, NOW + HOUR, NOW)
        done = pool.submit(store.outbox_done, {row: f"arn:{row.task_id}" for row in rows}, NOW)
        with engine.connect() as watcher:
            while not watcher.scalar(WAITING):
                time.sleep(0.01)
                watcher.rollback()
        connection.execute(text("set local lock_timeout = '5s'"))
        rows_of.move(connection, other, NOW + HOUR, NOW)
        connection.commit()
        done.result()

    assert {task.schedule_arn for task in store.get_many(["a", "b"]).values()} == {"arn:a", "arn:b"}
    assert sorted(row.task_id for row in store.outbox_records(NOW)) == ["a", "b"]
    store.close()


def test_no_statement_is_kept_in_the_server_of_which_a_pooler_gives_another_each_time(postgres: Postgres) -> None:
    store = SqlTaskStore(engine := new_engine(postgres.new_database()))
    migrate(engine)
    with engine.connect() as connection:
        for _ in range(10):  # the driver prepares what it sees more than five times
            connection.execute(text("select count(*) from callback_tasks where id = :id"), {"id": "t"})
        assert connection.scalar(text("select count(*) from pg_prepared_statements")) == 0
    store.close()


def test_a_handler_s_own_database_error_stays_its_own(url: str) -> None:
    store = SqlTaskStore(engine := new_engine(url))
    migrate(engine)
    task, _ = store.add(a_task())
    running = store.begin(task.id, "v1.run", NOW + timedelta(minutes=1), NOW).task
    assert running is not None

    with pytest.raises((OperationalError, ProgrammingError), match="nowhere"), store.work(running) as work:
        work.connection.execute(text("select * from nowhere"))
    assert store.get(task.id) == running
    store.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"write sqlite:///FILE"):
        new_engine(url)
