"""Store of tasks in SQL: SQLite for one process and trials, PostgreSQL for the rest."""

from __future__ import annotations

from callback_api.storage.sql.engine import new_engine
from callback_api.storage.sql.migration import migrate
from callback_api.storage.sql.store import SqlTaskStore

__all__ = ("SqlTaskStore", "migrate", "new_engine")
