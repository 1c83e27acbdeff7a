"""The store that a URL names."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from callback_api.storage import TaskStore

_SQLITE = "sqlite:///"


class Database:
    """Where tasks are kept: `sqlite:///FILE` or `postgresql://…`; what it needs is imported when it is named."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def is_embedded(self) -> bool:
        """Whether it is a file of this process alone, whose schema nobody else looks after."""
        return self._url.startswith("sqlite:")

    @cached_property
    def store(self) -> TaskStore:
        """The store; connects to nothing yet."""
        from callback_api.storage.sql import SqlTaskStore

        return SqlTaskStore(self._engine)

    def migrate(self) -> None:
        """Bring the schema up to date."""
        from callback_api.storage.sql import migrate

        if self._url.startswith(_SQLITE):
            Path(self._url.removeprefix(_SQLITE)).parent.mkdir(parents=True, exist_ok=True)
        migrate(self._engine)

    @cached_property
    def _engine(self) -> Engine:
        from callback_api.storage.sql import new_engine

        return new_engine(self._url)
