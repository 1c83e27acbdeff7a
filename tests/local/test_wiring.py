"""Runs in real time through everything that is deployed: function, queues, mapping and ledger, as they are wired."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from benchmarks.wiring import FIRST, LoopbackTarget, deployed, settled

if TYPE_CHECKING:
    from pathlib import Path

RUNS = 8
# What the first runs that call meet with, attempt by attempt; all others meet with 200.
FATES = [(503, 200), (502, 200), (404,), (500, 503), (429, 200)]


def test_every_run_ends_in_one_state_and_what_was_delivered_was_applied_once(tmp_path: Path) -> None:
    fates: dict[str, tuple[int, ...]] = {}
    coming = itertools.chain(FATES, itertools.repeat((200,)))

    def answer(key: str, calls: int) -> int:
        if key not in fates:
            fates[key] = next(coming)
        return fates[key][calls]

    with (
        LoopbackTarget(answer) as target,
        deployed(tmp_path, target, {"max_attempts": 2, "max_age_minutes": 60}, schedules=2) as stack,
    ):
        runs = [(f"call-{number % 2}", FIRST + timedelta(minutes=number)) for number in range(RUNS)]
        for run in runs:
            stack.fire(*run)
        items = settled(stack, RUNS, 40)
        for run in runs:
            stack.fire(*run)  # once more: every run is settled, and none is called again
        deadline = time.monotonic() + 80
        while stack.outcomes()["duplicate"] < RUNS and time.monotonic() < deadline:
            time.sleep(0.2)

        states = Counter(item["state"] for item in items)
        assert states == {"delivered": RUNS - 2, "undelivered": 2}, items
        assert sorted((item["attempt"], item["reason"]) for item in items if item["state"] == "undelivered") == [
            ("1", "http-404"),
            ("2", "http-503"),
        ]
        assert {item["run_key"]: target.applied[item["run_key"]] for item in items} == {
            item["run_key"]: int(item["state"] == "delivered") for item in items
        }
        assert stack.messages("undelivered_url") == 2
        assert stack.outcomes() == {"waiting": 4, "delivered": RUNS - 2, "undelivered": 2, "duplicate": RUNS}
        assert target.calls.total() == RUNS + 4
        assert stack.ledger() == items
