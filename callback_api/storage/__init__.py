"""What keeps tasks: one interface, in a database of SQL or in DynamoDB."""

from __future__ import annotations

from callback_api.storage.port import TaskStore, Work

__all__ = ("TaskStore", "Work")
