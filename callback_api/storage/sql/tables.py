"""Tables after the newest migration."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from callback_api.errors import SettingsError
from callback_api.storage.texts import storable

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine


class Instant(TypeDecorator[datetime]):
    """Aware datetime, stored in UTC whatever the database knows about zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Read UTC: SQLite forgets the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text without characters that PostgreSQL cannot store."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the storable text, for writes and searches."""
        return None if value is None else storable(value)


class JsonValue(TypeDecorator[Any]):
    """Any JSON, as the text that it is: in PostgreSQL's type json, as jsonb refuses some of it, in SQLite as text."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of the column; SQLite's own would turn a number into one of 64 bits."""
        return dialect.type_descriptor(JSON(none_as_null=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> Any | None:
        """Write the text; PostgreSQL's type does it by itself."""
        return value if value is None or dialect.name == "postgresql" else json.dumps(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:
        """Read the text."""
        return value if value is None or dialect.name == "postgresql" else json.loads(value)


PREFIX = "callback_"
"""Beginning of every table's name, so that an application's own tables can be in the same database."""
TEMPLATE = "scheduled_tasks"
"""Table of the template, whose rows a migration copies."""
_PREFIX_FORM = re.compile(r"[a-z_][a-z0-9_]{0,30}")


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables whose names start with `prefix`; `version` is the name of Alembic's own."""

    prefix: str
    metadata: MetaData
    tasks: Table
    outbox: Table
    tokens: Table

    @property
    def version(self) -> str:
        """Name of the table with the last migration."""
        return f"{self.prefix}schema_version"


@cache
def tables_of(prefix: str = PREFIX) -> Tables:
    """Return the tables of a prefix; SettingsError for an invalid one."""
    if not _PREFIX_FORM.fullmatch(prefix):
        raise SettingsError(f'the table prefix "{prefix}" cannot be used: use 1 to 31 of a-z 0-9 _, a letter first')
    if f"{prefix}tasks" == TEMPLATE:
        raise SettingsError(f'the table prefix "{prefix}" cannot be used: "{TEMPLATE}" is the template\'s table')
    metadata = MetaData()
    return Tables(prefix, metadata, _tasks(prefix, metadata), _outbox(prefix, metadata), _tokens(prefix, metadata))


def _tasks(prefix: str, metadata: MetaData) -> Table:
    return Table(
        f"{prefix}tasks",
        metadata,
        Column("id", Words, primary_key=True),
        Column("user_id", Words, nullable=False),
        Column("scheduled_at", Instant, nullable=False),
        Column("status", Words, nullable=False),
        Column("schedule_arn", Words),
        Column("data", JsonValue),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        Column("name", Words, nullable=False),
        Column("key", Words),
        Column("attempts", Integer, nullable=False),
        Column("run_key", Words),
        Column("lease_until", Instant),
        Column("result", JsonValue),
        Column("error", Words),
        Column("version", Integer, nullable=False),
        UniqueConstraint("user_id", "key", name=f"{prefix}tasks_key"),
        Index(f"{prefix}tasks_newest", "created_at", "id"),
        Index(f"{prefix}tasks_newest_of_user", "user_id", "created_at", "id"),
        Index(f"{prefix}tasks_due", "status", "scheduled_at"),
    )


def _outbox(prefix: str, metadata: MetaData) -> Table:
    """One outbox record for each task: a newer one replaces an older one. Stored names are those of version 0.1."""
    return Table(
        f"{prefix}outbox",
        metadata,
        Column("task_id", Words, primary_key=True),
        Column("id", Words, nullable=False),
        Column("errand", Words, key="action", nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("due_at", Instant, nullable=False),
        Column("created_at", Instant, nullable=False),
        Index(f"{prefix}outbox_due", "due_at"),
    )


def _tokens(prefix: str, metadata: MetaData) -> Table:
    return Table(
        f"{prefix}tokens",
        metadata,
        Column("digest", Words, primary_key=True),
        Column("user_id", Words, nullable=False),
        Column("admin", Boolean, nullable=False),
        Column("label", Words, nullable=False),
        Column("created_at", Instant, nullable=False),
    )
