"""Stores by URL."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from callback_api.storage import TaskStore

_SQLITE = "sqlite:///"
_DYNAMODB = "dynamodb:"


class Database:
    """Database of the tasks: `sqlite:///FILE`, `postgresql://…` or `dynamodb:TABLE`.

    Dependencies are imported only for the database in use: the others need not be installed.
    """

    def __init__(self, url: str, table_prefix: str = "callback_") -> None:
        self._url, self._prefix = url, table_prefix

    @property
    def is_embedded(self) -> bool:
        """Whether it is a file of this process only, whose schema nothing else migrates."""
        return self._url.startswith("sqlite:")

    @cached_property
    def store(self) -> TaskStore:
        """Return the store, not yet connected."""
        if self._url.startswith(_DYNAMODB):
            from callback_api.storage.dynamodb import DynamoTaskStore, new_client

            return DynamoTaskStore(new_client(), self._url.removeprefix(_DYNAMODB))
        from callback_api.storage.sql import SqlTaskStore

        return SqlTaskStore(self._engine, self._prefix)

    def migrate(self) -> list[str]:
        """Migrate the schema, and return messages about other changes; a table of DynamoDB has no schema."""
        if self._url.startswith(_DYNAMODB):
            return []
        from callback_api.storage.sql import migrate

        if self._url.startswith(_SQLITE):
            Path(self._url.removeprefix(_SQLITE)).parent.mkdir(parents=True, exist_ok=True)
        return migrate(self._engine, self._prefix)

    def close(self) -> None:
        """Close all connections to a database of SQL; a table of DynamoDB has only those of its store."""
        if not self._url.startswith(_DYNAMODB):
            self._engine.dispose()

    @cached_property
    def _engine(self) -> Engine:
        from callback_api.storage.sql import new_engine

        return new_engine(self._url)
