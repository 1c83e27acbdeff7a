"""Stores of tasks: one interface, with implementations for SQL and for DynamoDB."""

from __future__ import annotations

from callback_api.storage.port import TaskStore, Work

__all__ = ("TaskStore", "Work")
