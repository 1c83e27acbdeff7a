"""A small world around a dispatcher: its own clock, schedules in a dictionary, a target that remembers."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.dispatcher import DeliveryError, Dispatcher, EvaluationError, Handover, Journal, Notice, Schedule

PREFIX = "arn:aws:scheduler:eu-central-1:000000000000:schedule/catalog/"
TARGET = "arn:aws:lambda:eu-central-1:000000000000:function:proxy:catalog"
QUEUE = "arn:aws:sqs:eu-central-1:000000000000:undelivered"
INPUT = json.dumps({"arn": "<aws.scheduler.schedule-arn>", "time": "<aws.scheduler.scheduled-time>"})
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def schedule(name: str, expression: str, *, created: datetime = MONDAY, **changes: object) -> Schedule:
    made = Schedule(
        arn=PREFIX + name,
        created=created,
        modified=created,
        expression=expression,
        timezone="UTC",
        start=None,
        end=None,
        enabled=True,
        window=timedelta(0),
        deleted_when_done=False,
        delivery=Handover(TARGET, INPUT, QUEUE, 2, 3600),
    )
    return replace(made, **changes)  # pyright: ignore[reportArgumentType]


@dataclass
class World:
    """`failure` decides what an invoke raises; `sent` and `buried` are what arrived."""

    now: datetime = MONDAY
    schedules: dict[str, Schedule | EvaluationError] = field(default_factory=dict[str, Schedule | EvaluationError])
    sent: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    buried: list[tuple[str, dict[str, str]]] = field(default_factory=list[tuple[str, dict[str, str]]])
    notices: list[Notice] = field(default_factory=list[Notice])
    failure: Callable[[dict[str, str]], DeliveryError | None] = lambda event: None
    queue_failure: DeliveryError | None = None
    refuse: Callable[[], None] = lambda: None
    ids: int = 0

    def put(self, *found: Schedule) -> None:
        self.schedules.update({one.arn: one for one in found})

    def dispatcher(
        self, journal: Journal, probe: Callable[[str], None] = lambda step: None, target: Functions | None = None
    ) -> Dispatcher:
        return Dispatcher(
            source=Scheduler(self),
            target=target or Functions(self),
            journal=journal,
            clock=lambda: self.now,
            identifier=self.identifier,
            notify=self.notices.append,
            chance=random.Random(7),
            probe=probe,
        )

    def identifier(self) -> str:
        self.ids += 1
        return f"execution-{self.ids}"

    def times(self, name: str) -> list[str]:
        """The scheduled times of what was sent for one schedule, as hh:mm:ss."""
        return [event["time"][11:19] for event in self.sent if event["arn"] == PREFIX + name]

    def told(self) -> list[tuple[str, str]]:
        return [(str(notice.kind), notice.name) for notice in self.notices]


@dataclass
class Scheduler:
    world: World

    def schedules(self) -> Mapping[str, Schedule | EvaluationError]:
        self.world.refuse()
        return dict(self.world.schedules)

    def current(self, arn: str) -> Schedule | None:
        found = self.world.schedules.get(arn)
        return found if isinstance(found, Schedule) else None

    def delete(self, arn: str) -> None:
        self.world.schedules.pop(arn, None)


@dataclass
class Functions:
    world: World

    def invoke(self, target_arn: str, event: str) -> None:
        read = json.loads(event)
        error = self.world.failure(read)
        if error is not None:
            raise error
        self.world.sent.append(read)

    def bury(self, queue_arn: str, event: str, attributes: Mapping[str, str], role_arn: str) -> None:
        if self.world.queue_failure is not None:
            raise self.world.queue_failure
        self.world.buried.append((event, dict(attributes)))


def run(world: World, dispatcher: Dispatcher, duration: timedelta, poll: timedelta = timedelta(seconds=10)) -> None:
    """Let simulated time pass, as the loop does in real time."""
    end = world.now + duration
    dispatcher.refresh()
    poll_at = world.now + poll
    while True:
        upcoming = dispatcher.step()
        if dispatcher.tidy():
            continue
        wake = min(poll_at, upcoming or poll_at)
        if wake > end:
            world.now = end
            return
        world.now = max(world.now, wake)
        if world.now >= poll_at:
            dispatcher.refresh()
            poll_at = world.now + poll


@dataclass
class Life:
    """One life of a dispatcher after the other, over the same journal."""

    path: Path
    world: World
    journal: Journal | None = None

    def start(self) -> Dispatcher:
        self.journal = Journal(self.path)
        return self.world.dispatcher(self.journal)

    def stop(self) -> None:
        assert self.journal is not None
        self.journal.close()

    def crash(self) -> None:
        assert self.journal is not None
        self.journal.abandon()
