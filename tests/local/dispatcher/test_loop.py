"""The dispatcher in real time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.dispatcher import Journal, Loop, Notice, SourceError
from tests.local.dispatcher.world import World, schedule

PATIENCE = 10.0


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal.sqlite")
    yield opened
    opened.close()


class Now(World):
    """The wall clock, and a flag that is set by the first thing that happens."""

    def loop(self, journal: Journal) -> Loop:
        self.happened = threading.Event()
        return Loop(self.dispatcher(journal), self.clock, self.hear)

    def clock(self) -> datetime:
        self.now = datetime.now(UTC)
        return self.now

    def hear(self, notice: Notice) -> None:
        self.notices.append(notice)
        self.happened.set()


def test_it_fires_what_is_due_until_it_is_stopped(journal: Journal) -> None:
    world = Now(now=datetime.now(UTC))
    arrived = threading.Event()

    def failure(event: dict[str, str]) -> None:
        arrived.set()

    world.failure = failure
    world.put(schedule("beat", "rate(1 minute)", created=datetime.now(UTC)))
    loop = world.loop(journal)
    loop.poll()
    loop.start()

    assert arrived.wait(PATIENCE)
    loop.stop()
    assert loop.failure is None
    assert len(world.sent) == 1


def test_an_unreachable_scheduler_is_told_once_and_asked_again(journal: Journal) -> None:
    world = Now(now=datetime.now(UTC))
    asked = threading.Semaphore(0)

    def refuse() -> None:
        asked.release()
        raise SourceError("connection refused")

    world.refuse = refuse
    loop = world.loop(journal)
    loop.start()
    assert all(asked.acquire(timeout=PATIENCE) for _ in range(2))
    loop.stop()

    assert [notice.kind for notice in world.notices] == ["unreachable"]


def test_what_breaks_it_is_kept_for_whoever_started_it(journal: Journal) -> None:
    world = Now(now=datetime.now(UTC))

    def refuse() -> None:
        raise RuntimeError("a mistake of ours")

    world.refuse = refuse
    loop = world.loop(journal)
    loop.start()
    loop.join(PATIENCE)

    assert isinstance(loop.failure, RuntimeError)
