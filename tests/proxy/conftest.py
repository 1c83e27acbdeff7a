"""A shop on the emulator, whose target is on loopback; several modules have a smaller one of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from schedule_client.contract.proxy_settings import ProxySettings
from tests.proxy.emulated import Shop, started_emulator
from tests.proxy.target import Target, answers, running

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator


@pytest.fixture(name="emulator", scope="module")
def _emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with started_emulator(tmp_path_factory.mktemp("emulator")) as started:
        yield started


@pytest.fixture(name="target")
def _target() -> Iterator[Target]:
    with running(answers(200)) as target:
        yield target


@pytest.fixture(name="shop")
def _shop(emulator: Emulator, target: Target) -> Shop:
    base = f"http://{target.netloc}"
    return Shop(emulator, ProxySettings(services={"billing": base}, http_hosts=(target.netloc,)))
