"""Tasks with their outbox, and API tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_instant = sa.DateTime(timezone=True)
# A column of SQLite that is called JSON turns a text that looks like a number into one, and loses digits.
_json = sa.JSON(none_as_null=True).with_variant(sa.Text(), "sqlite")


def upgrade(prefix: str) -> None:
    """Create the tables, whose names start with `prefix`, and their indexes."""
    tasks, outbox, tokens = f"{prefix}tasks", f"{prefix}outbox", f"{prefix}tokens"
    op.create_table(
        tasks,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("scheduled_at", _instant, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("schedule_arn", sa.Text),
        sa.Column("data", _json),
        sa.Column("created_at", _instant, nullable=False),
        sa.Column("updated_at", _instant, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("run_key", sa.Text),
        sa.Column("lease_until", _instant),
        sa.Column("result", _json),
        sa.Column("error", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("user_id", "key", name=f"{tasks}_key"),
    )
    op.create_table(
        outbox,
        sa.Column("task_id", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("errand", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", _instant, nullable=False),
        sa.Column("created_at", _instant, nullable=False),
    )
    op.create_table(
        tokens,
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("admin", sa.Boolean, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created_at", _instant, nullable=False),
    )
    op.create_index(f"{tasks}_newest", tasks, ["created_at", "id"])
    op.create_index(f"{tasks}_newest_of_user", tasks, ["user_id", "created_at", "id"])
    op.create_index(f"{tasks}_due", tasks, ["status", "scheduled_at"])
    op.create_index(f"{outbox}_due", outbox, ["due_at"])
