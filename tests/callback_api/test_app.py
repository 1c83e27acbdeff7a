"""What the service does when it starts and ends."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from callback_api.errors import StoreError
from tests.callback_api.application import running
from tests.open_databases import every_database_closed

if TYPE_CHECKING:
    from pathlib import Path


def test_a_service_that_ends_closes_its_store(tmp_path: Path) -> None:
    with every_database_closed(), running(tmp_path / "tasks.sqlite"):
        pass


def test_a_service_whose_migration_fails_closes_its_store(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "tasks.sqlite") as other:
        other.execute("CREATE TABLE callback_tasks (id)")
    other.close()

    with every_database_closed(), pytest.raises(StoreError), running(tmp_path / "tasks.sqlite"):
        pass
