"""The calls that arrived, in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

Arrival: TypeAlias = Literal["stored", "repeated", "conflict"]

_TABLE = """
create table if not exists calls (
    key text primary key,
    received_at text not null,
    schedule text,
    scheduled_time text,
    body blob not null,
    repeats integer not null default 0
) strict
"""


_ADD = """
insert into calls (key, received_at, schedule, scheduled_time, body) values (?, ?, ?, ?, ?)
on conflict (key) do update set repeats = repeats + (body = excluded.body)
returning body = ?, repeats
"""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it arrived; `received_at` is UTC in ISO 8601, `key` its Idempotency-Key."""

    key: str
    received_at: str
    schedule: str | None
    scheduled_time: str | None
    body: bytes


class CallStore:
    """Keeps each call once per key, and survives the end of its process at any moment (SQLite's write-ahead log).

    One connection, one thread at a time: safe to call from any.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute(_TABLE)

    def close(self) -> None:
        """Close the file; the store is of no use afterwards."""
        with self._lock:
            self._connection.close()

    def add(self, call: Call) -> Arrival:
        """Keep `call`, count it as a repeat of one with its key, or refuse it when that one's body was another."""
        with self._lock:
            values = (call.key, call.received_at, call.schedule, call.scheduled_time, call.body, call.body)
            kept = self._connection.execute(_ADD, values).fetchone()
        same, repeats = kept
        return "conflict" if not same else "repeated" if repeats else "stored"

    def get(self, key: str) -> Call | None:
        """The call with `key`, as it first arrived."""
        with self._lock:
            row = self._connection.execute(
                "select key, received_at, schedule, scheduled_time, body from calls where key = ?", (key,)
            ).fetchone()
        return Call(*row) if row else None

    def count(self) -> int:
        """The number of calls, repeats not counted."""
        with self._lock:
            return self._connection.execute("select count(*) from calls").fetchone()[0]
