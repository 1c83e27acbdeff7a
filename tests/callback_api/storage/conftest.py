from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from callback_api.storage.sql import SqlTaskStore, migrate, new_engine
from tests.callback_api.storage.postgres import Postgres, running

if TYPE_CHECKING:
    from callback_api.storage import TaskStore


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL for all tests: it starts in less than a second."""
    with running(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'tasks.sqlite'}"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture
def store(url: str) -> Iterator[TaskStore]:
    """A store of each kind."""
    engine = new_engine(url)
    migrate(engine)
    store = SqlTaskStore(engine)
    yield store
    store.close()
