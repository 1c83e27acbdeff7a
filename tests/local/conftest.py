from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator import Emulator


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One emulator for a module's tests: it starts in a fifth of a second."""
    with Emulator(Path(tmp_path_factory.mktemp("emulator")), retry_seconds=0.1) as started:
        yield started
