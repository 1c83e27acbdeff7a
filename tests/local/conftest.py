from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator.emulator import Emulator
from local.program_process import ProgramProcess
from tests.local.deployed import Stack


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One emulator for a module's tests: it starts in a fifth of a second."""
    with Emulator(Path(tmp_path_factory.mktemp("emulator")), retry_seconds=0.1) as started:
        yield started


@pytest.fixture(scope="module")
def process(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramProcess]:
    one = ProgramProcess(emulator.endpoint, emulator.region, tmp_path_factory.mktemp("process") / "program.log")
    yield one
    one.close()


@pytest.fixture
def stack(tmp_path: Path, emulator: Emulator, process: ProgramProcess, request: pytest.FixtureRequest) -> Stack:
    return Stack(tmp_path, f"s{abs(hash(request.node.name)) % 10**8}", emulator, process)


@pytest.fixture
def handled() -> Iterator[None]:
    """A stack that ends ignores signals, for the process that it is alone in."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
