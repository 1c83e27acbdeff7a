"""Table of the template that this project replaces: recognised by its columns, and copied with its rows."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from callback_api.errors import StoreError
from callback_api.storage.sql.tables import TEMPLATE
from callback_api.task import OutboxAction
from schedule_client.contract.errors import TimeTextError
from schedule_client.contract.times import read_time

if TYPE_CHECKING:
    from callback_api.storage.sql.tables import Tables

KEPT = "scheduled_tasks_of_the_template"
_BATCH = 500
_WORD = (sa.String, sa.Enum)
_NUMBER = (sa.Integer, sa.Uuid, sa.String)
_TIME = (sa.DateTime,)
# Columns of the template's model; copies number their tasks and users in other ways.
_COLUMNS: Mapping[str, tuple[type[Any], ...]] = {
    "id": _NUMBER,
    "user_id": _NUMBER,
    "scheduled_at": _TIME,
    "status": _WORD,
    "schedule_arn": (sa.String,),
    "data": (sa.JSON, sa.String),
    "created_at": _TIME,
    "updated_at": _TIME,
}
# Values of the template, in any case.
_STATUS = {
    "SCHEDULED": "SCHEDULED",
    "PENDING": "SCHEDULED",
    "COMPLETED": "COMPLETED",
    "FAILED": "FAILED",
    "CANCELLED": "CANCELLED",
    "CANCELED": "CANCELLED",
}


def take_over(connection: sa.Connection, tables: Tables) -> list[str]:
    """Copy the rows of the template's table, if there is one, and keep that table with another name.

    A pending task gets an outbox record, so that its call no longer depends on the template's schedule. StoreError for
    a row with a status that the template does not have.
    """
    inspector = sa.inspect(connection)
    if TEMPLATE not in inspector.get_table_names():
        return []
    if differences := _differences(inspector):
        listed = "; ".join(differences)
        return [f'the table "{TEMPLATE}" is not the template\'s and stays as it is: {listed}']
    if KEPT in inspector.get_table_names():
        raise StoreError(f'both "{TEMPLATE}" and "{KEPT}" exist: rename the second, which was copied before')
    old = sa.table(TEMPLATE, *map(sa.column, _COLUMNS))
    # As the text that it is: PostgreSQL's driver would read JSON, and a JSON text could then be read once more.
    columns = [sa.cast(column, sa.Text).label("data") if column.name == "data" else column for column in old.columns]
    pending = total = 0
    now = datetime.now(UTC)
    # Without the types, which a copy may have chosen freely.
    for rows in connection.execute(sa.select(*columns)).mappings().partitions(_BATCH):
        converted = [_converted(row, now) for row in rows]
        records = [_record(row, now) for row in converted if row["status"] == "SCHEDULED"]
        connection.execute(tables.tasks.insert(), converted)
        if records:
            connection.execute(tables.outbox.insert(), records)
        pending, total = pending + len(records), total + len(converted)
    quote = connection.dialect.identifier_preparer.quote
    connection.exec_driver_sql(f"alter table {quote(TEMPLATE)} rename to {quote(KEPT)}")
    return [f'{total} rows of the template were copied, {pending} of them pending; its table is now "{KEPT}"']


def _differences(inspector: sa.Inspector) -> list[str]:
    """Differences of a table from the template's."""
    found = {str(column["name"]): column["type"] for column in inspector.get_columns(TEMPLATE)}
    missing = [f'it has no column "{name}"' for name in _COLUMNS if name not in found]
    typed = [
        f'its column "{name}" is of the type {found[name]}'
        for name, kinds in _COLUMNS.items()
        if name in found and not isinstance(found[name], kinds)
    ]
    return missing + typed


def _converted(row: sa.RowMapping, now: datetime) -> dict[str, Any]:
    word = str(row["status"]).rpartition(".")[2].upper()
    if word not in _STATUS:
        known = ", ".join(_STATUS)
        raise StoreError(f'the template\'s task {row["id"]} has the status "{row["status"]}": set it to one of {known}')
    created = _instant_of(row["created_at"]) or now
    return {
        "id": str(row["id"]),
        "user_id": str(row["user_id"] if row["user_id"] is not None else ""),
        "scheduled_at": _instant_of(row["scheduled_at"]) or created,
        "status": _STATUS[word],
        "schedule_arn": row["schedule_arn"],
        "data": _json_of(row["data"]),
        "created_at": created,
        "updated_at": _instant_of(row["updated_at"]) or created,
        "name": "",
        "attempts": 0,
        "version": 0,
    }


def _record(task: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    ids = {"task_id": task["id"], "id": str(uuid.uuid4())}
    return {**ids, "action": OutboxAction.SCHEDULE, "attempts": 0, "due_at": now, "created_at": now}


def _instant_of(value: object) -> datetime | None:
    """Instant of a time of the template: without a zone, in UTC."""
    if isinstance(value, str):
        try:
            value = read_time(value)
        except TimeTextError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


def _json_of(value: object) -> Any:
    if value is None:
        return None
    try:
        return json.loads(str(value))
    except ValueError:
        return value
