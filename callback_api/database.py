"""The store that a URL names."""

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
    """Where tasks are kept: `sqlite:///FILE`, `postgresql://…` or `dynamodb:TABLE`.

    What one of them needs is imported when that one is asked for: the others' need not be installed.
    """

    def __init__(self, url: str, table_prefix: str = "callback_") -> None:
        self._url, self._prefix = url, table_prefix

    @property
    def is_embedded(self) -> bool:
        """Whether it is a file of this process alone, whose schema nobody else looks after."""
        return self._url.startswith("sqlite:")

    @cached_property
    def store(self) -> TaskStore:
        """The store; connects to nothing yet."""
        if self._url.startswith(_DYNAMODB):
            from callback_api.storage.dynamodb import DynamoTaskStore, new_client

            return DynamoTaskStore(new_client(), self._url.removeprefix(_DYNAMODB))
        from callback_api.storage.sql import SqlTaskStore

        return SqlTaskStore(self._engine, self._prefix)

    def migrate(self) -> list[str]:
        """Bring the schema up to date, and say what else was done; a table of DynamoDB has no schema."""
        if self._url.startswith(_DYNAMODB):
            return []
        from callback_api.storage.sql import migrate

        if self._url.startswith(_SQLITE):
            Path(self._url.removeprefix(_SQLITE)).parent.mkdir(parents=True, exist_ok=True)
        return migrate(self._engine, self._prefix)

    @cached_property
    def _engine(self) -> Engine:
        from callback_api.storage.sql import new_engine

        return new_engine(self._url)
