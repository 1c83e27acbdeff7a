"""Migration of a database's schema by Alembic, which also moves older tables into it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.sql import column, table

from callback_api.storage.sql.earlier_tables import move_earlier_tables
from callback_api.storage.sql.engine import writing
from callback_api.storage.sql.tables import PREFIX, Tables, tables_of
from callback_api.storage.sql.template_table import take_over

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine, prefix: str = PREFIX) -> list[str]:
    """Apply all missing migrations or none, and return messages about other changes.

    The rows of the template's table, and of the tables of version 0.1, are copied. StoreError if a row of the template
    cannot be copied.
    """
    tables = tables_of(prefix)
    config = _config()
    config.attributes["tables"] = tables
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            # Two processes that start at the same time migrate one after the other.
            connection.exec_driver_sql("select pg_advisory_xact_lock(7210341)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return [*move_earlier_tables(connection, tables), *take_over(connection, tables)]


def is_current(connection: Connection, tables: Tables) -> bool:
    """Return whether the newest migration has been applied."""
    version = table(tables.version, column("version_num"))
    try:
        return connection.scalar(select(version.c.version_num)) == _head()
    except (OperationalError, ProgrammingError) as error:
        if tables.version in str(error.orig):
            return False
        raise


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
