"""Tasks with their outbox, and API tokens; the rows of the template's table are taken over."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from schedule_client.contract.errors import TimeTextError
from schedule_client.contract.times import read_time

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEMPLATE = "scheduled_tasks"
_KEPT = "scheduled_tasks_of_the_template"
# What the template wrote, in whatever case; a word that is not here is told in the task's error.
_STATUS = {
    "SCHEDULED": "SCHEDULED",
    "PENDING": "SCHEDULED",
    "RUNNING": "SCHEDULED",
    "COMPLETED": "COMPLETED",
    "DONE": "COMPLETED",
    "EXECUTED": "COMPLETED",
    "FAILED": "FAILED",
    "CANCELLED": "CANCELLED",
    "CANCELED": "CANCELLED",
}
_instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and move old rows into the new one."""
    template = _TEMPLATE in sa.inspect(op.get_bind()).get_table_names()
    if template:
        op.rename_table(_TEMPLATE, _KEPT)
    tasks = _make_tables()
    if template:
        _take_over(tasks)
        op.drop_table(_KEPT)
    _make_indexes()


def _make_tables() -> sa.Table:
    tasks = op.create_table(
        _TEMPLATE,
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("scheduled_at", _instant, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("schedule_arn", sa.Text),
        sa.Column("data", sa.JSON(none_as_null=True)),
        sa.Column("created_at", _instant, nullable=False),
        sa.Column("updated_at", _instant, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("run_key", sa.Text),
        sa.Column("lease_until", _instant),
        sa.Column("result", sa.JSON(none_as_null=True)),
        sa.Column("error", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="scheduled_tasks_id"),
        sa.UniqueConstraint("user_id", "key", name="scheduled_tasks_key"),
    )
    op.create_table(
        "task_outbox",
        sa.Column("task_id", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("errand", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", _instant, nullable=False),
        sa.Column("created_at", _instant, nullable=False),
    )
    op.create_table(
        "api_tokens",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("admin", sa.Boolean, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created_at", _instant, nullable=False),
    )
    return tasks


def _make_indexes() -> None:
    op.create_index("scheduled_tasks_newest", _TEMPLATE, ["created_at", "id"])
    op.create_index("scheduled_tasks_newest_of_user", _TEMPLATE, ["user_id", "created_at", "id"])
    op.create_index("scheduled_tasks_due", _TEMPLATE, ["status", "scheduled_at"])
    op.create_index("task_outbox_due", "task_outbox", ["due_at"])


def _take_over(tasks: sa.Table) -> None:
    connection = op.get_bind()
    # Without its types, which the template may have chosen as it liked.
    columns = [column["name"] for column in sa.inspect(connection).get_columns(_KEPT)]
    rows = connection.execute(sa.select(*map(sa.column, columns)).select_from(sa.table(_KEPT))).mappings().fetchall()
    now = datetime.now(UTC)
    for start in range(0, len(rows), 500):
        connection.execute(tasks.insert(), [_converted(row, now) for row in rows[start : start + 500]])


def _converted(row: sa.RowMapping, now: datetime) -> dict[str, Any]:
    old = {name: row.get(name) for name in ("user_id", "status", "schedule_arn", "data")}
    word = str(getattr(old["status"], "value", old["status"])).rpartition(".")[2].upper()
    created = _instant_of(row.get("created_at")) or now
    return {
        "id": str(row.get("id") or uuid.uuid4()),
        "user_id": str(old["user_id"] if old["user_id"] is not None else ""),
        "scheduled_at": _instant_of(row.get("scheduled_at")) or created,
        "status": _STATUS.get(word, "FAILED"),
        "schedule_arn": old["schedule_arn"],
        "data": _json_of(old["data"]),
        "created_at": created,
        "updated_at": _instant_of(row.get("updated_at")) or created,
        "name": "",
        "key": None,
        "attempts": 0,
        "run_key": None,
        "lease_until": None,
        "result": None,
        "error": None if word in _STATUS else f'the status was "{old["status"]}"',
        "version": 0,
    }


def _instant_of(value: object) -> datetime | None:
    """The template kept times without a zone, in UTC."""
    if isinstance(value, str):
        try:
            value = read_time(value)
        except TimeTextError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


def _json_of(value: object) -> Any:
    if isinstance(value, str | bytes):
        try:
            return json.loads(value)
        except ValueError:
            return value if isinstance(value, str) else value.decode("utf-8", "replace")
    return value
