"""The catalog's schedules in simulated time, and EventBridge Scheduler firing them: the laptop's own dispatcher."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from local.dispatcher import AwsTarget, Dispatcher, Handover, Journal, Notice, NoticeKind, Schedule
from local.simulation.world import FUNCTION, SCHEDULER_DLQ
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from local.simulation.world import World
    from schedule_catalog.deployment.arguments import ScheduleArguments

_GROUP = "arn:aws:scheduler:eu-central-1:111122223333:schedule/simulated-catalog"
_DLQ_ARN = f"arn:aws:sqs:eu-central-1:111122223333:{SCHEDULER_DLQ}"


def schedule_arn(name: str) -> str:
    """The ARN of an entry's schedule."""
    return f"{_GROUP}/{name}"


class CatalogSource:
    """The Scheduler API with a catalog's schedules, all made at one time."""

    def __init__(self, catalog: Iterator[ScheduleArguments], created: datetime) -> None:
        self._schedules = {schedule_arn(one.name): _schedule(one, created) for one in catalog}

    def schedules(self) -> Mapping[str, Schedule]:
        """Every schedule by its ARN."""
        return self._schedules

    def current(self, arn: str) -> Schedule | None:
        """One schedule."""
        return self._schedules.get(arn)

    def delete(self, arn: str) -> None:
        """Remove one schedule; none of a catalog asks for it."""
        self._schedules.pop(arn, None)


class Scheduler:
    """Fires what `source` has until `end`; `fired` is every run by its schedule's ARN and scheduled time."""

    def __init__(self, world: World, source: CatalogSource, end: datetime, journal: Journal) -> None:
        self.fired: set[tuple[str, datetime]] = set()
        self.refused: list[Notice] = []
        self._world, self._end = world, end
        self._numbers = count(1)
        self._dispatcher = Dispatcher(
            source=source,
            target=AwsTarget(cast("Any", world.functions), cast("Any", world.sqs)),
            journal=journal,
            clock=world.clock.now,
            identifier=lambda: f"execution-{next(self._numbers)}",
            notify=self._note,
            chance=world.chance,
        )
        self._dispatcher.refresh()
        world.clock.at(world.clock.seconds, self._go)

    def _go(self) -> None:
        """The next step, and a time for the one after."""
        now = self._world.clock.now()
        upcoming = self._dispatcher.step() if now < self._end else self._dispatcher.finish()
        if upcoming is not None:
            upcoming = min(upcoming, self._end) if now < self._end else upcoming
            self._world.clock.at(max(upcoming.timestamp(), now.timestamp() + 0.001), self._go)

    def _note(self, notice: Notice) -> None:
        if notice.scheduled is not None and notice.kind in (NoticeKind.ACCEPTED, NoticeKind.DEAD, NoticeKind.DROPPED):
            self.fired.add((notice.arn, notice.scheduled))
        elif notice.kind in (NoticeKind.REFUSED, NoticeKind.MISSED):
            self.refused.append(notice)


@contextmanager
def scheduling(world: World, source: CatalogSource, end: datetime) -> Generator[Scheduler]:
    """A scheduler whose journal is in memory, and closed at the end."""
    with closing(Journal(Path(":memory:"))) as journal:
        yield Scheduler(world, source, end, journal)


def _schedule(arguments: ScheduleArguments, created: datetime) -> Schedule:
    return Schedule(
        arn=schedule_arn(arguments.name),
        created=created,
        modified=created,
        expression=arguments.expression,
        timezone=arguments.timezone,
        start=_instant(arguments.start_date),
        end=_instant(arguments.end_date),
        enabled=arguments.state == "ENABLED",
        window=timedelta(minutes=arguments.flexible_window_minutes or 0),
        deleted_when_done=False,
        delivery=Handover(
            target_arn=f"{FUNCTION}:catalog",
            input=arguments.input,
            dead_letter_arn=_DLQ_ARN,
            max_retries=arguments.max_retries,
            max_age_seconds=arguments.max_age_seconds,
        ),
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else read_instant(text)
