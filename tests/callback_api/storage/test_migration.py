from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, inspect

from callback_api.errors import SettingsError, StoreError
from callback_api.storage.sql import SqlTaskStore, migrate, new_engine
from callback_api.storage.sql.tables import metadata
from callback_api.task import Status

if TYPE_CHECKING:
    from tests.callback_api.storage.postgres import Postgres

SQLITE_TEMPLATE = """
create table scheduled_tasks (
    id integer primary key autoincrement, user_id integer not null, scheduled_at datetime not null,
    status varchar(20), schedule_arn varchar(500), data json, created_at datetime, updated_at datetime)
"""
POSTGRES_TEMPLATE = """
create table scheduled_tasks (
    id uuid primary key default gen_random_uuid(), user_id integer not null, scheduled_at timestamp not null,
    status varchar(20), schedule_arn varchar(500), data jsonb, created_at timestamp, updated_at timestamp)
"""
OLD_ROWS = """
insert into scheduled_tasks (user_id, scheduled_at, status, schedule_arn, data, created_at, updated_at) values
    (7, '2026-05-01 09:30:00', 'scheduled', 'arn:aws:scheduler:::x', '{"to": "ada"}', '2026-04-01 08:00:00', null),
    (7, '2026-03-01 09:30:00', 'COMPLETED', null, null, '2026-02-01 08:00:00', '2026-03-01 09:30:07'),
    (8, '2026-03-02 09:30:00', 'lost', null, '[1]', null, null)
"""


OLD_TOKEN = """
insert into api_tokens (digest, user_id, admin, label, created_at) values ('d', 'ada', false, '', '2027-01-01 00:00:00')
"""


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = new_engine(url)
    yield engine
    engine.dispose()


def test_the_tables_are_those_that_the_store_works_with(engine: Engine) -> None:
    migrate(engine)

    inspector = inspect(engine)
    for table in metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
        assert columns == {column.name: bool(column.nullable) for column in table.columns}
        indexes = {index["name"] for index in inspector.get_indexes(table.name) if not index.get("unique")}
        assert indexes == {index.name for index in table.indexes}


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(OLD_TOKEN)

    migrate(engine)

    owner = SqlTaskStore(engine).token_owner("d")
    assert owner is not None
    assert owner.user_id == "ada"


def test_several_processes_may_migrate_at_once(url: str) -> None:
    def start() -> None:
        store = SqlTaskStore(engine := new_engine(url))
        migrate(engine)
        store.ready()
        store.close()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(start) for _ in range(4)]:
            done.result()


def test_the_rows_of_the_template_survive(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(SQLITE_TEMPLATE if engine.dialect.name == "sqlite" else POSTGRES_TEMPLATE)
        connection.exec_driver_sql(OLD_ROWS)

    migrate(engine)

    old = SqlTaskStore(engine).page(user_id="7").tasks
    assert [(task.status, task.data, task.schedule_arn) for task in old] == [
        (Status.SCHEDULED, {"to": "ada"}, "arn:aws:scheduler:::x"),
        (Status.COMPLETED, None, None),
    ]
    assert old[0].scheduled_at == datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
    assert old[1].updated_at == datetime(2026, 3, 1, 9, 30, 7, tzinfo=UTC)
    (odd,) = SqlTaskStore(engine).page(user_id="8").tasks
    assert (odd.status, odd.error, odd.data) == (Status.FAILED, 'the status was "lost"', [1])


def test_a_database_that_was_not_migrated_is_not_ready(engine: Engine) -> None:
    with pytest.raises(StoreError, match=r"run python -m callback_api migrate"):
        SqlTaskStore(engine).ready()


def test_a_database_that_is_out_of_reach_is_named_as_such(postgres: Postgres) -> None:
    store = SqlTaskStore(new_engine("postgresql://nobody:secret@127.0.0.1:1/x"))

    with pytest.raises(StoreError, match=r"the database cannot be used") as caught:
        store.get("x")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "odd://x"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"write sqlite:///FILE or postgresql://"):
        new_engine(url)
