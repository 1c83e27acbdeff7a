"""Outbox records of tasks: the newest of each, leased to one caller at a time.

The index of records is slightly late. So a lease is taken on the record itself, under the condition that it is due; and
this process remembers its new records, as an immediate drain would not find them in the index.
"""

from __future__ import annotations

import heapq
import threading
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from callback_api.storage.dynamodb.faults import RefusedWriteError
from callback_api.storage.dynamodb.items import OUTBOX, Item, Value, at_task, clock_key, instant, number, text
from callback_api.storage.dynamodb.table import item_update
from callback_api.storage.dynamodb.table_keys import GSI1
from callback_api.task import OutboxAction, OutboxRecord

if TYPE_CHECKING:
    from callback_api.storage.dynamodb.table import Table

LEASE = timedelta(minutes=1)
_REMEMBERED = 1000
_MEMBERS = ("gsi1pk", "gsi1sk", "task_id", "errand", "errand_id", "errand_attempts", "errand_created")
# (due time and task, primary partition): sorts like the index.
_Entry = tuple[str, str]


class TableOutbox:
    """Outbox records in `table`."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._lock = threading.Lock()
        self._put: deque[_Entry] = deque(maxlen=_REMEMBERED)

    def remember(self, task_id: str, now: datetime) -> None:
        """Remember a new record that is due now, so that this process finds it at once."""
        with self._lock:
            self._put.append((at_task(now, task_id), clock_key(task_id)["pk"]["S"]))

    def lease(self, now: datetime, limit: int) -> list[OutboxRecord]:
        """Lease due records, the oldest first."""
        before = _until(now)
        remembered = self._remembered(before)
        leased: list[Item] = []
        tried: dict[str, _Entry] = {}
        for entry in heapq.merge(remembered, self._indexed(before, limit)):
            if len(leased) == limit:
                break
            if entry[1] not in tried:
                tried[entry[1]] = entry
                leased += self._leased(entry, now)
        self._forget([entry for entry in remembered if entry[1] in tried])
        return [_row(item) for item in sorted(leased, key=lambda item: item["errand_created"]["S"])]

    def cross_off(self, record: OutboxRecord) -> None:
        """Delete a record, unless a newer one has replaced it."""
        self._change(record, removes=_MEMBERS)

    def put_off(self, record: OutboxRecord, until: datetime) -> None:
        """Postpone a record, unless a newer one has replaced it."""
        self._change(record, sets={"gsi1sk": text(at_task(until, record.task_id))})

    def put(self, task_id: str, action: OutboxAction, now: datetime) -> None:
        """Write a record over the existing one."""
        self._table.update(item_update(clock_key(task_id), sets=record_members(task_id, action, now)))
        self.remember(task_id, now)

    def _indexed(self, before: str, size: int) -> Iterator[_Entry]:
        for entry in self._table.entries(OUTBOX, index=GSI1, before=before, size=size):
            yield entry["gsi1sk"]["S"], entry["pk"]["S"]

    def _leased(self, entry: _Entry, now: datetime) -> Iterator[Item]:
        """Record, if it is due and no other caller has leased it."""
        due, pk = entry
        task_part = due.partition("#")[2]
        taken = item_update(
            {"pk": {"S": pk}, "sk": {"S": "clock"}},
            sets={"gsi1sk": {"S": f"{instant(now + LEASE)}#{task_part}"}},
            adds={"errand_attempts": number(1)},
            condition=("gsi1sk", "<", {"S": _until(now)}),
        )
        with suppress(RefusedWriteError):
            yield self._table.update(taken)

    def _change(self, record: OutboxRecord, **change: Any) -> None:
        same = ("errand_id", "=", text(record.id))
        with suppress(RefusedWriteError):
            self._table.update(item_update(clock_key(record.task_id), condition=same, **change))

    def _remembered(self, before: str) -> list[_Entry]:
        with self._lock:
            return sorted(entry for entry in self._put if entry[0] < before)

    def _forget(self, tried: list[_Entry]) -> None:
        gone = set(tried)
        with self._lock:
            self._put = deque((entry for entry in self._put if entry not in gone), maxlen=_REMEMBERED)


def record_members(task_id: str, action: OutboxAction, now: datetime) -> Mapping[str, Value]:
    """Return the attributes of an item with an outbox record."""
    return {
        "gsi1pk": text(OUTBOX),
        "gsi1sk": text(at_task(now, task_id)),
        "task_id": text(task_id),
        "errand": text(action),
        "errand_id": text(str(uuid.uuid4())),
        "errand_attempts": number(0),
        "errand_created": text(instant(now)),
    }


def _until(now: datetime) -> str:
    """Text that sorts after all records due at an instant, and before later ones ("$" follows "#")."""
    return f"{instant(now)}$"


def _row(item: Item) -> OutboxRecord:
    action = OutboxAction(item["errand"]["S"])
    return OutboxRecord(item["errand_id"]["S"], item["task_id"]["S"], action, int(item["errand_attempts"]["N"]))
