"""Tables of version 0.1, whose names an application may need itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from callback_api.storage.sql.tables import Tables

_TASKS, _OUTBOX, _TOKENS, _VERSION = "scheduled_tasks", "task_outbox", "api_tokens", "alembic_version"


def move_earlier_tables(connection: sa.Connection, tables: Tables) -> list[str]:
    """Move the rows of version 0.1 into `tables`, if all of its tables exist, column by column."""
    moved = {_TASKS: tables.tasks, _OUTBOX: tables.outbox, _TOKENS: tables.tokens}
    inspector = sa.inspect(connection)
    known = set(inspector.get_table_names())
    if not {*moved, _VERSION} <= known:
        return []
    if any(_columns(inspector, name) != {column.name for column in table.columns} for name, table in moved.items()):
        return []
    for name, table in moved.items():
        columns = list(table.columns)
        rows = sa.select(*map(sa.column, [column.name for column in columns])).select_from(sa.table(name))
        connection.execute(table.insert().from_select(columns, rows))
        connection.execute(sa.schema.DropTable(sa.Table(name, sa.MetaData())))
    version = sa.table(_VERSION, sa.column("version_num"))
    if list(connection.scalars(sa.select(version.c.version_num))) == ["0001"]:  # otherwise an application uses it too
        connection.execute(sa.schema.DropTable(sa.Table(_VERSION, sa.MetaData())))
    return [f'the tables of version 0.1 are now "{tables.tasks.name}", "{tables.outbox.name}", "{tables.tokens.name}"']


def _columns(inspector: sa.Inspector, table: str) -> set[str]:
    return {str(column["name"]) for column in inspector.get_columns(table)}
