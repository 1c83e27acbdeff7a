from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, inspect

from callback_api.errors import SettingsError, StoreError
from callback_api.storage.sql import SqlTaskStore, migrate, new_engine
from callback_api.storage.sql.tables import tables_of
from callback_api.task import Status, TokenOwner

if TYPE_CHECKING:
    from tests.callback_api.storage.postgres import Postgres

SQLITE_TEMPLATE = """
create table scheduled_tasks (
    id integer primary key autoincrement, user_id integer not null, scheduled_at datetime not null,
    status varchar(9) not null, schedule_arn varchar(500), data json, created_at datetime, updated_at datetime,
    note text)
"""
POSTGRES_STATUS = "create type taskstatus as enum ('SCHEDULED', 'COMPLETED', 'FAILED', 'CANCELLED', 'lost')"
POSTGRES_TEMPLATE = """
create table scheduled_tasks (
    id serial primary key, user_id integer not null, scheduled_at timestamp not null,
    status taskstatus not null, schedule_arn varchar(500), data json, created_at timestamp, updated_at timestamp,
    note text)
"""
OLD_ROWS = """
insert into scheduled_tasks (user_id, scheduled_at, status, schedule_arn, data, created_at, updated_at, note) values
    (7, '2026-05-01 09:30:00', 'SCHEDULED', 'arn:aws:scheduler:::x', '{"to": "ada"}', '2026-04-01 08:00:00', null, 'a'),
    (7, '2026-03-01 09:30:00', 'COMPLETED', null, null, '2026-02-01 08:00:00', '2026-03-01 09:30:07', 'b'),
    (8, '2026-03-02 09:30:00', 'CANCELLED', null, '[1]', null, null, 'c')
"""
UNRELATED = """
create table scheduled_tasks (
    id integer primary key, user_id integer, scheduled_at varchar(20), status varchar(20), data text, cron text)
"""
EARLIER = (
    """create table scheduled_tasks (
        id text primary key, user_id text not null, scheduled_at {instant} not null, status text not null,
        schedule_arn text, data json, created_at {instant} not null, updated_at {instant} not null,
        name text not null, key text, attempts integer not null, run_key text, lease_until {instant},
        result json, error text, version integer not null, constraint scheduled_tasks_key unique (user_id, key))""",
    """create table task_outbox (
        task_id text primary key, id text not null, errand text not null, attempts integer not null,
        due_at {instant} not null, created_at {instant} not null)""",
    """create table api_tokens (
        digest text primary key, user_id text not null, admin boolean not null, label text not null,
        created_at {instant} not null)""",
    "create index scheduled_tasks_newest on scheduled_tasks (created_at, id)",
    "create table alembic_version (version_num varchar(32) not null)",
    "insert into alembic_version values ('0001')",
    "insert into api_tokens values ('d', 'ada', false, '', '2027-01-01 00:00:00')",
    "insert into task_outbox values ('t', 'e', 'schedule', 0, '2027-01-01 00:00:00', '2027-01-01 00:00:00')",
    """insert into scheduled_tasks (
        id, user_id, scheduled_at, status, data, created_at, updated_at, name, attempts, version) values
        ('t', 'ada', '2027-01-05 08:00:00', 'SCHEDULED', '{{"to": "ada"}}', '2027-01-01 00:00:00',
         '2027-01-01 00:00:00', 'mail', 0, 3)""",
)
OLD_TOKEN = """
insert into callback_tokens (digest, user_id, admin, label, created_at)
values ('d', 'ada', false, '', '2027-01-01 00:00:00')
"""


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = new_engine(url)
    yield engine
    engine.dispose()


def test_the_tables_are_those_that_the_store_works_with(engine: Engine) -> None:
    migrate(engine)

    inspector = inspect(engine)
    for table in tables_of().metadata.sorted_tables:
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


def template(engine: Engine) -> None:
    """Make the template's table with a column that somebody added, and rows of each kind."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(POSTGRES_STATUS)
        connection.exec_driver_sql(SQLITE_TEMPLATE if engine.dialect.name == "sqlite" else POSTGRES_TEMPLATE)
        connection.exec_driver_sql(OLD_ROWS)


def test_the_rows_of_the_template_are_taken_over_and_its_table_is_kept(engine: Engine) -> None:
    template(engine)

    (said,) = migrate(engine)

    assert said == (
        '3 rows of the template were copied, 1 of them pending; its table is now "scheduled_tasks_of_the_template"'
    )
    store = SqlTaskStore(engine)
    old = store.page(user_id="7").tasks
    assert [(task.id, task.status, task.data, task.schedule_arn) for task in old] == [
        ("1", Status.SCHEDULED, {"to": "ada"}, "arn:aws:scheduler:::x"),
        ("2", Status.COMPLETED, None, None),
    ]
    assert old[0].scheduled_at == datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
    assert old[1].updated_at == datetime(2026, 3, 1, 9, 30, 7, tzinfo=UTC)
    (cancelled,) = store.page(user_id="8").tasks
    assert (cancelled.status, cancelled.error, cancelled.data) == (Status.CANCELLED, None, [1])
    assert [row.task_id for row in store.outbox_records(datetime.now(UTC))] == ["1"]
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("select id, note from scheduled_tasks_of_the_template order by id").all()
    assert [tuple(row) for row in kept] == [(1, "a"), (2, "b"), (3, "c")]
    assert migrate(engine) == []


def test_json_texts_of_the_template_are_read_once(engine: Engine) -> None:
    template(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("update scheduled_tasks set data = '\"42\"' where id = 1")
        connection.exec_driver_sql("update scheduled_tasks set data = '[\"{}\", 42]' where id = 2")
        connection.exec_driver_sql("update scheduled_tasks set data = 'null' where id = 3")

    migrate(engine)

    tasks = SqlTaskStore(engine).get_many(["1", "2", "3"])
    assert [tasks[each].data for each in ("1", "2", "3")] == ["42", ["{}", 42], None]


def test_a_table_that_only_has_the_template_s_name_is_left_as_it_is(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(UNRELATED)
        connection.exec_driver_sql("insert into scheduled_tasks (id, cron) values (1, '* * * * *')")
        connection.exec_driver_sql("create table api_tokens (mine text)")
        connection.exec_driver_sql("create table alembic_version (version_num varchar(32) not null)")
        connection.exec_driver_sql("insert into alembic_version values ('0001')")

    (said,) = migrate(engine)

    assert said == (
        'the table "scheduled_tasks" is not the template\'s and stays as it is: it has no column "schedule_arn"; '
        'it has no column "created_at"; it has no column "updated_at"; '
        'its column "scheduled_at" is of the type VARCHAR(20)'
    )
    SqlTaskStore(engine).ready()
    assert SqlTaskStore(engine).page().tasks == ()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("select id, cron from scheduled_tasks").one() == (1, "* * * * *")
        assert connection.exec_driver_sql("select version_num from alembic_version").scalars().all() == ["0001"]


def test_a_status_that_the_template_does_not_have_stops_the_migration(engine: Engine) -> None:
    template(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("update scheduled_tasks set status = 'lost' where id = 2")

    with pytest.raises(StoreError, match=r'the template\'s task 2 has the status "lost": set it to one of SCHEDULED'):
        migrate(engine)
    assert inspect(engine).get_table_names() == ["scheduled_tasks"]


def test_the_tables_of_version_0_1_are_moved(engine: Engine) -> None:
    with engine.begin() as connection:
        instant = "timestamptz" if engine.dialect.name == "postgresql" else "datetime"
        for statement in EARLIER:
            connection.exec_driver_sql(statement.format(instant=instant) if "{" in statement else statement)

    assert migrate(engine) == [
        'the tables of version 0.1 are now "callback_tasks", "callback_outbox", "callback_tokens"'
    ]

    store = SqlTaskStore(engine)
    (task,) = store.page().tasks
    assert (task.id, task.name, task.data, task.version) == ("t", "mail", {"to": "ada"}, 3)
    assert [row.task_id for row in store.outbox_records(datetime.now(UTC) + timedelta(days=3650))] == ["t"]
    assert store.token_owner("d") is not None
    assert not {"scheduled_tasks", "task_outbox", "api_tokens", "alembic_version"} & set(
        inspect(engine).get_table_names()
    )


def test_two_services_share_a_database_under_two_prefixes(engine: Engine) -> None:
    for prefix in ("shop_", "mail_"):
        migrate(engine, prefix)
    SqlTaskStore(engine, "shop_").add_token("d", TokenOwner("ada"), datetime.now(UTC))

    assert SqlTaskStore(engine, "shop_").token_owner("d") is not None
    assert SqlTaskStore(engine, "mail_").token_owner("d") is None


@pytest.mark.parametrize("prefix", ["", "Shop_", "a;b", "1_", "x" * 32, "scheduled_"])
def test_a_prefix_that_cannot_begin_the_names_is_refused(engine: Engine, prefix: str) -> None:
    with pytest.raises(SettingsError, match="the table prefix"):
        migrate(engine, prefix)


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
