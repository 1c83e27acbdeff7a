"""A dispatcher in a process of its own, killed with SIGKILL at one of its steps.

Usage: victim.py FOLDER START SECONDS [STEP]; what the target and the queue receive goes to FOLDER/received, each step
to FOLDER/steps. Without STEP it lives to the end of its simulated time.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from local.dispatcher import DeliveryError, Journal
from tests.local.dispatcher.world import MONDAY, PREFIX, Functions, World, run, schedule


class WorldOnDisk(World):
    """A world whose target and schedules live on disk, as they do outside the dispatcher."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.failure = self.refused

    def refused(self, event: dict[str, str]) -> DeliveryError | None:
        self.note("invoke", event["arn"], event["time"])
        if event["arn"] == PREFIX + "broken":
            return DeliveryError("ResourceNotFoundException", "no such function", retryable=True)
        return None

    def note(self, *words: str) -> None:
        with (self.folder / "received").open("a") as received:
            received.write(" ".join(words) + "\n")


class Witness(Functions):
    def bury(self, queue_arn: str, event: str, attributes: object, role_arn: str) -> None:
        read = json.loads(event)
        self.world.note("bury", read["arn"], read["time"])  # pyright: ignore[reportAttributeAccessIssue]


class Deleted(dict[str, object]):
    """Forgets what was deleted, over every life."""

    def __init__(self, folder: Path, found: dict[str, object]) -> None:
        self.gone = folder / "deleted"
        gone = self.gone.read_text().split() if self.gone.exists() else []
        super().__init__({arn: one for arn, one in found.items() if arn not in gone})

    def pop(self, key: str, default: object = None) -> object:
        with self.gone.open("a") as gone:
            gone.write(key + "\n")
        return super().pop(key, default)


def main(folder: Path, start: float, seconds: float, step: int | None) -> None:
    seen = 0

    def probe(name: str) -> None:
        nonlocal seen
        with (folder / "steps").open("a") as steps:
            steps.write(name + "\n")
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    world = WorldOnDisk(folder)
    world.put(
        schedule("tick", "cron(* * * * ? *)"),
        schedule("beat", "rate(1 minute)"),
        schedule("once", "at(2026-11-23T09:01:00)", deleted_when_done=True),
        schedule("broken", "at(2026-11-23T09:00:00)"),
        schedule("window", "at(2026-11-23T09:00:00)", window=timedelta(minutes=1)),
    )
    world.schedules = Deleted(folder, world.schedules)  # pyright: ignore[reportArgumentType, reportAttributeAccessIssue]
    world.now = MONDAY + timedelta(seconds=start)
    journal = Journal(folder / "journal.sqlite", probe)
    dispatcher = world.dispatcher(journal, probe, Witness(world))
    run(world, dispatcher, timedelta(seconds=seconds), poll=timedelta(seconds=5))
    journal.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else None)
