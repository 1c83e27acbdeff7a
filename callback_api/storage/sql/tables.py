"""The tables, as the newest migration leaves them."""

from __future__ import annotations

from datetime import UTC, datetime
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

from callback_api.storage.texts import storable

if TYPE_CHECKING:
    from sqlalchemy import Dialect


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC whatever the database knows of zones."""

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
    """A text without what PostgreSQL cannot hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write, and look for, what can be stored."""
        return None if value is None else storable(value)


metadata = MetaData()

tasks = Table(
    "scheduled_tasks",
    metadata,
    Column("id", Words, primary_key=True),
    Column("user_id", Words, nullable=False),
    Column("scheduled_at", Instant, nullable=False),
    Column("status", Words, nullable=False),
    Column("schedule_arn", Words),
    # The type json of PostgreSQL keeps the text as it came; jsonb refuses some of what JSON allows.
    Column("data", JSON(none_as_null=True)),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("name", Words, nullable=False),
    Column("key", Words),
    Column("attempts", Integer, nullable=False),
    Column("run_key", Words),
    Column("lease_until", Instant),
    Column("result", JSON(none_as_null=True)),
    Column("error", Words),
    Column("version", Integer, nullable=False),
    UniqueConstraint("user_id", "key", name="scheduled_tasks_key"),
    Index("scheduled_tasks_newest", "created_at", "id"),
    Index("scheduled_tasks_newest_of_user", "user_id", "created_at", "id"),
    Index("scheduled_tasks_due", "status", "scheduled_at"),
)

# One errand for each task: a newer one takes the place of an older.
outbox = Table(
    "task_outbox",
    metadata,
    Column("task_id", Words, primary_key=True),
    Column("id", Words, nullable=False),
    Column("errand", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("task_outbox_due", "due_at"),
)

tokens = Table(
    "api_tokens",
    metadata,
    Column("digest", Words, primary_key=True),
    Column("user_id", Words, nullable=False),
    Column("admin", Boolean, nullable=False),
    Column("label", Words, nullable=False),
    Column("created_at", Instant, nullable=False),
)
