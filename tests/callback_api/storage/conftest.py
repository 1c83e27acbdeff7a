from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from callback_api.storage.dynamodb import TABLE_KEYS, DynamoTaskStore
from callback_api.storage.sql import SqlTaskStore, migrate, new_engine
from local.clients import Clients
from local.emulator.emulator import Emulator

if TYPE_CHECKING:
    from callback_api.storage import TaskStore


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """AWS, or what stands for it."""
    with Emulator(tmp_path_factory.mktemp("emulator")) as started:
        yield started


@pytest.fixture
def dynamodb(emulator: Emulator) -> Any:
    """A client of its own, which a store may close."""
    return Clients(emulator.endpoint, emulator.region).client("dynamodb")


@pytest.fixture
def table(emulator: Emulator) -> str:
    """The name of an empty table."""
    name = f"tasks-{uuid.uuid4()}"
    emulator.client("dynamodb").create_table(TableName=name, **TABLE_KEYS)
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind of SQL."""
    return database(request.param, request, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql", "dynamodb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TaskStore]:
    """A store of each kind."""
    store = opened(request, tmp_path)
    yield store
    store.close()


def opened(request: pytest.FixtureRequest, tmp_path: Path) -> TaskStore:
    if request.param == "dynamodb":
        return DynamoTaskStore(request.getfixturevalue("dynamodb"), request.getfixturevalue("table"))
    engine = new_engine(database(request.param, request, tmp_path))
    migrate(engine)
    return SqlTaskStore(engine)


def database(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'tasks.sqlite'}"
    return request.getfixturevalue("postgres").new_database()
