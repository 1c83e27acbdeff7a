"""The dispatcher in real time."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.dispatcher import Dispatcher, EvaluationError, Journal, Loop, Notice, Schedule, SourceError
from tests.local.dispatcher.world import MONDAY, Functions, Scheduler, World, schedule

PATIENCE = 15.0


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


class Crowded(World):
    """Every request takes its time; time passes by nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.late: dict[str, list[float]] = {}

    def loop(self, journal: Journal, end: datetime) -> Loop:
        def wait(seconds: float) -> None:
            if self.now > end:
                raise TimeoutError
            self.spend(seconds + 0.001)

        dispatcher = Dispatcher(
            source=SlowScheduler(self),
            target=SlowFunctions(self),
            journal=journal,
            clock=lambda: self.now,
            identifier=self.identifier,
            notify=self.notices.append,
        )
        return Loop(dispatcher, lambda: self.now, self.notices.append, lambda: self.now.timestamp(), wait)

    def spend(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class SlowScheduler(Scheduler):
    """As slow as the emulator is on a busy machine."""

    def __init__(self, crowded: Crowded) -> None:
        super().__init__(crowded)
        self._spend = crowded.spend

    def schedules(self) -> Mapping[str, Schedule | EvaluationError]:
        self._spend(0.2 + len(self.world.schedules) * 0.0005)
        return super().schedules()

    def current(self, arn: str) -> Schedule | None:
        self._spend(0.01)
        return super().current(arn)

    def delete(self, arn: str) -> None:
        self._spend(0.01)
        super().delete(arn)


class SlowFunctions(Functions):
    def __init__(self, crowded: Crowded) -> None:
        super().__init__(crowded)
        self._spend, self._late = crowded.spend, crowded.late

    def invoke(self, target_arn: str, event: str) -> None:
        self._spend(0.02)
        super().invoke(target_arn, event)
        read = json.loads(event)
        late = self.world.now - datetime.fromisoformat(read["time"])
        self._late.setdefault(read["arn"].rpartition("/")[2], []).append(late / timedelta(seconds=1))
        if read["arn"].endswith("first"):  # somebody makes a call while the crowd is at work
            self.world.put(schedule("made", "at(2026-11-23T09:05:00)", created=self.world.now, deleted_when_done=True))


def test_a_thousand_calls_at_once_are_made_within_a_minute_and_delay_no_later_one(journal: Journal) -> None:
    world = Crowded()
    due = MONDAY + timedelta(minutes=2)
    crowd = [schedule(f"one-{number}", "at(2026-11-23T09:02:00)", deleted_when_done=True) for number in range(1000)]
    others = [
        schedule(f"other-{second}", "rate(1 day)", start=due + timedelta(seconds=second)) for second in range(22, 60)
    ]
    world.put(*crowd, *others, schedule("tick", "cron(* * * * ? *)"), schedule("first", "at(2026-11-23T09:03:00)"))
    loop = world.loop(journal, MONDAY + timedelta(minutes=8))
    loop.start()
    loop.join(PATIENCE * 6)

    assert isinstance(loop.failure, TimeoutError), loop.failure
    assert len([name for name in world.late if name.startswith("one-")]) == 1000
    assert max(max(late) for late in world.late.values()) < 60
    after = [world.late[name] for name in ("made", *(other.name for other in others))]
    assert [late for late in (*after, world.late["tick"][3:]) if max(late) > 1] == []
    assert {arn for arn in world.schedules if "one-" in arn} == set(), "those that are done are deleted"


def test_reading_schedules_that_takes_long_is_put_off_by_seconds_not_minutes(journal: Journal) -> None:
    world = Crowded()
    asked: list[datetime] = []

    def slow() -> None:
        world.spend(30)
        asked.append(world.now)

    world.refuse = slow
    loop = world.loop(journal, MONDAY + timedelta(minutes=5))
    loop.start()
    loop.join(PATIENCE)

    pauses = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert pauses
    assert max(pauses) < timedelta(seconds=30 + 21)
