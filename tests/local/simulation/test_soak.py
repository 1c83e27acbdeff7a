from __future__ import annotations

from random import Random
from typing import Any

import pytest

from local.simulation import soak
from local.simulation.clock import Clock
from local.simulation.faults import KINDS
from local.simulation.soak import HARSH, START
from local.simulation.world import World

RUNS, SCHEDULES = 400, 50


def a_world(kind: type[World] = World, seed: int = 1) -> World:
    return kind(HARSH, Random(seed), Clock(START))


@pytest.mark.parametrize("seed", range(4))
def test_every_promised_run_ends_once_while_everything_goes_wrong(seed: int) -> None:
    counts = soak(RUNS, SCHEDULES, seed)
    assert counts.faults == ()
    assert counts.ends.total() == counts.promised == RUNS
    assert counts.raw - counts.repeats == counts.applied
    assert all(counts.events[f"target {kind}"] for kind in KINDS)
    assert counts.events["duplicates injected"]
    assert counts.events["kills"]
    assert counts.events["throttles"]


def test_a_soak_is_the_same_for_a_seed() -> None:
    assert soak(100, 10, 7) == soak(100, 10, 7)


def test_the_soak_notices_a_retry_queue_that_loses_its_messages() -> None:
    world = a_world()
    world.cloud.deliver = lambda message: None
    assert any("on no queue" in fault for fault in soak(RUNS, SCHEDULES, 1, world=world).faults)


class Forgetful(dict[Any, Any]):
    """A table that has nothing of what was written, as long as the delivery asks."""

    def get(self, key: Any, default: Any = None) -> Any:
        return default


def test_the_soak_notices_a_ledger_that_lets_duplicates_through() -> None:
    world = a_world()
    world.cloud.items = Forgetful()
    assert any("raw repeats" in fault for fault in soak(RUNS, SCHEDULES, 1, world=world).faults)


class Mute(list[Any]):
    """A queue that says yes and keeps nothing."""

    def append(self, item: Any) -> None:
        pass


def test_the_soak_notices_undelivered_runs_that_nobody_is_told_of() -> None:
    world = a_world()
    world.cloud.letters = Mute()
    assert any("undelivered and on no queue" in fault for fault in soak(RUNS, SCHEDULES, 1, world=world).faults)


class Rekeying(World):
    """Sends every call under a key of its own, as if the run key counted attempts."""

    def send(self, message: Any, destination: object, seconds: float) -> Any:
        message.headers["Idempotency-Key"] += f".{self.applied.total()}"
        return super().send(message, destination, seconds)


def test_the_soak_notices_a_run_key_that_differs_from_attempt_to_attempt() -> None:
    assert any("nobody promised" in fault for fault in soak(RUNS, SCHEDULES, 1, world=a_world(Rekeying)).faults)
