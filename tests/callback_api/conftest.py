from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.callback_api.application import Application, running


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with running(tmp_path / "tasks.sqlite") as application:
        yield application
