from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.callback_api.application import Application, running
from tests.callback_api.storage.postgres import Postgres
from tests.callback_api.storage.postgres import running as running_postgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL for all tests: it starts in less than a second."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with running(tmp_path / "tasks.sqlite") as application:
        yield application
