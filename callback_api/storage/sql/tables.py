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


metadata = MetaData()

tasks = Table(
    "scheduled_tasks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("scheduled_at", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("schedule_arn", Text),
    # The type json of PostgreSQL keeps the text as it came; jsonb refuses some of what JSON allows.
    Column("data", JSON(none_as_null=True)),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("name", Text, nullable=False),
    Column("key", Text),
    Column("attempts", Integer, nullable=False),
    Column("run_key", Text),
    Column("lease_until", Instant),
    Column("result", JSON(none_as_null=True)),
    Column("error", Text),
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
    Column("task_id", Text, primary_key=True),
    Column("id", Text, nullable=False),
    Column("errand", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("task_outbox_due", "due_at"),
)

tokens = Table(
    "api_tokens",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("admin", Boolean, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)
