"""Items of the table.

| item | pk | sk | gsi1 | gsi2 |
| --- | --- | --- | --- | --- |
| task | task#ID | task | of#STATUS#USER, created#ID | STATUS, created#ID |
| clock of a task | task#ID | clock | errand, due#ID: in the outbox | watch, time#ID: until the task is final |
| key of a task | key#SHA-256 | key | | |
| place in a list | user#USER, or tasks | created#ID | | |
| API token | token#SHA-256 | token | | |
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from callback_api.storage.texts import storable
from callback_api.task import Status, Task
from schedule_client.contract.times import read_time

Value = Mapping[str, Any]
"""Typed value of DynamoDB's JSON: `{"S": text}` or `{"N": digits}`."""
Item = Mapping[str, Value]

ALL_TASKS = "tasks"
# Stored by version 0.1 under this name, like the attributes of an outbox record.
OUTBOX = "errand"
WATCH = "watch"
# The name of a user or a task may have any length, a key of DynamoDB may not.
_KEY_BYTES = 900


def text(value: str) -> Value:
    """Return a text value."""
    return {"S": storable(value)}


def number(value: int) -> Value:
    """Return a number value."""
    return {"N": str(value)}


def instant(at: datetime) -> str:
    """Return an instant as a text with the same order."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def part(name: str) -> str:
    """Return a name as part of a key."""
    kept = storable(name)
    return kept if len(kept.encode()) <= _KEY_BYTES else "sha256:" + hashlib.sha256(kept.encode()).hexdigest()


def at_task(at: datetime, task_id: str) -> str:
    """Return the position of a task in a list by time."""
    return f"{instant(at)}#{part(task_id)}"


def task_key(task_id: str) -> Item:
    """Return the key of the task."""
    return {"pk": text(f"task#{part(task_id)}"), "sk": text("task")}


def clock_key(task_id: str) -> Item:
    """Return the key of its outbox record and its time."""
    return {"pk": text(f"task#{part(task_id)}"), "sk": text("clock")}


def key_key(user_id: str, key: str) -> Item:
    """Return the key of the item that reserves a user's key for a task."""
    digest = hashlib.sha256(json.dumps([storable(user_id), storable(key)]).encode()).hexdigest()
    return {"pk": text(f"key#{digest}"), "sk": text("key")}


def token_key(digest: str) -> Item:
    """Return the key of a token's owner."""
    return {"pk": text(f"token#{part(digest)}"), "sk": text("token")}


def user_list(user_id: str) -> str:
    """Return the partition of a user's tasks."""
    return f"user#{part(user_id)}"


def status_list(status: Status, user_id: str | None = None) -> str:
    """Return the partition of an index with the tasks of one status: of gsi1 for one user, of gsi2 for all."""
    return str(status) if user_id is None else f"of#{status}#{part(user_id)}"


def place(partition: str, task: Task) -> Item:
    """Return the position of a task in a list, the newest last."""
    return {"pk": text(partition), "sk": text(at_task(task.created_at, task.id))}


def listed_task_key(entry: Item) -> Item:
    """Return the key of the task of an entry in a list or an index."""
    pk = entry["pk"]["S"]
    return {"pk": entry["pk"] if pk.startswith("task#") else {"S": f"task#{_after_time(entry)}"}, "sk": text("task")}


def _after_time(entry: Item) -> str:
    return entry["sk"]["S"].partition("#")[2]


def task_item(task: Task) -> Item:
    """Return the item of a task."""
    return {**task_key(task.id), **task_attributes(task)}


def task_attributes(task: Task) -> Item:
    """Return all attributes of its item but the primary key, without None."""
    newest = text(at_task(task.created_at, task.id))
    return {
        "gsi1pk": text(status_list(task.status, task.user_id)),
        "gsi1sk": newest,
        "gsi2pk": text(status_list(task.status)),
        "gsi2sk": newest,
        **{name: write(value) for name, write in _WRITE.items() if (value := getattr(task, name)) is not None},
    }


def task_of(item: Item) -> Task:
    """Return the task of an item."""
    return Task(**{name: read(item[name]) for name, read in _READ.items() if name in item})


def _json(value: Any) -> Value:
    return {"S": json.dumps(value, separators=(",", ":"))}


def _instant(value: datetime) -> Value:
    return text(instant(value))


def _read_text(value: Value) -> str:
    return value["S"]


def _read_number(value: Value) -> int:
    return int(value["N"])


def _read_json(value: Value) -> Any:
    return json.loads(value["S"])


def _read_instant(value: Value) -> datetime:
    return read_time(value["S"]).replace(tzinfo=UTC)


def _read_status(value: Value) -> Status:
    return Status(value["S"])


_TIMES = {"scheduled_at", "created_at", "updated_at", "lease_until"}
_CODES: dict[str, tuple[Callable[[Any], Value], Callable[[Value], Any]]] = {
    **dict.fromkeys((field.name for field in fields(Task)), (text, _read_text)),
    **dict.fromkeys(_TIMES, (_instant, _read_instant)),
    **dict.fromkeys(("data", "result"), (_json, _read_json)),
    **dict.fromkeys(("attempts", "version"), (number, _read_number)),
    "status": (text, _read_status),
}
_WRITE = {name: write for name, (write, _) in _CODES.items()}
_READ = {name: read for name, (_, read) in _CODES.items()}
