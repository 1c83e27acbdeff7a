from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator.emulator import Emulator
from tests.schedule_client.aws import SETTINGS


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The emulator, with the group of the settings."""
    with Emulator(Path(tmp_path_factory.mktemp("emulator"))) as started:
        started.client("scheduler").create_schedule_group(Name=SETTINGS.group)
        yield started
