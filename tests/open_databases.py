"""Connections to SQLite that this process has open, whatever refers to them; Python 3.13 warns of those it ends."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def every_database_closed() -> Generator[None]:
    """The test fails for a connection that is made within and is open at the end."""
    before = open_databases()
    yield
    assert [each for each in open_databases() if each not in before] == []


def open_databases() -> list[sqlite3.Connection]:
    return [each for each in gc.get_objects() if issubclass(type(each), sqlite3.Connection) and is_open(each)]


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        return connection.total_changes >= 0
    except sqlite3.ProgrammingError:
        return False
