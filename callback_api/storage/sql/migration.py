"""Brings a database's schema up to date, by Alembic."""

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

from callback_api.storage.sql.engine import writing

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_SCRIPTS = Path(__file__).parent / "migrations"
_VERSION = table("alembic_version", column("version_num"))


def migrate(engine: Engine) -> None:
    """Apply what is missing, all of it or nothing; a table of the template keeps its rows."""
    config = _config()
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            # Two processes that start at the same time migrate one after the other.
            connection.exec_driver_sql("select pg_advisory_xact_lock(7210341)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Whether the newest migration has been applied."""
    try:
        return connection.scalar(select(_VERSION.c.version_num)) == _head()
    except (OperationalError, ProgrammingError) as error:
        if "alembic_version" in str(error.orig):
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
