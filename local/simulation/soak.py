"""Many runs while everything goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from local.simulation.audit import Audit, audit
from local.simulation.clock import Clock
from local.simulation.faults import Faults
from local.simulation.schedules import CatalogSource, schedule_arn, scheduling
from local.simulation.world import Size, World
from schedule_catalog.deployment.arguments import ScheduleArguments
from schedule_client.contract.event import build_event, input_text
from schedule_client.contract.exclusions import UtcCalendar
from schedule_client.contract.origins import CATALOG
from schedule_client.contract.pauses import CURRENT, PARTITION, Pauses, RunTimePause, Scope, Subject
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.request import Request, Retry
from schedule_client.contract.series import Series
from schedule_client.contract.times import wire_time

START = datetime(2027, 1, 5, 8, tzinfo=UTC)
GAP_MINUTES = 5
DAY, FREEZE = "day@UTC", "freeze@UTC"


def _calendar(name: str, since: int, until: int) -> UtcCalendar:
    """A calendar that has the minutes after the start from *since* on and before *until*."""
    start = int(START.timestamp())
    return UtcCalendar(name, ((start + 60 * since, start + 60 * until, "soak"),))


CALENDARS = (_calendar(DAY, 10, 20), _calendar(FREEZE, 30, 35))
PAUSED_UNTIL = START + timedelta(minutes=10)
SETTINGS = ProxySettings(
    services={"billing": "https://billing.example.com"},
    calendars={each.name: each for each in CALENDARS},
    freezes=(FREEZE,),
)
# A fourth of the schedules has none of these, and fires in the freeze; the others have one, and do not.
SERIES = (
    Series(fires_in_freezes=True),
    Series(not_on=(DAY,)),
    Series(),
    Series(paused_until=wire_time(PAUSED_UNTIL), pause_reason="soak"),
)
EFFECT_SECONDS = 10
"""Time after which a pause has taken effect."""


def _pause(scope: Scope, name: str, since: int, until: int) -> RunTimePause:
    """A pause from so many minutes after the start to so many."""
    start = int(START.timestamp())
    return RunTimePause(
        scope=scope, name=name, since=start + 60 * since, until=start + 60 * until, reason="soak", by="soak"
    )


# Two rounds of one schedule are skipped. A round of all waits, and for those that fire in the freeze a second one.
PAUSES = (_pause("schedule", schedule_arn("schedule-0"), 4, 12), _pause("service", "billing", 21, 33))
# Ten ways to fail, alike: together 30 % of the calls.
WAYS = ("408", "429", "500", "503", "404", "refused", "timeout", "timeout-after-work", "reset", "reset-after-work")
HARSH = Faults(
    failures=dict.fromkeys(WAYS, 0.03),
    duplicates=0.1,
    kills=0.01,
    throttles={"sqs": 0.03, "dynamodb": 0.03},
    lost_answers=0.005,
)
MakeWorld = Callable[[Clock, Faults, Random, ProxySettings, Size], World]


def soak(runs: int, schedules: int, seed: int, faults: Faults = HARSH, make: MakeWorld = World) -> Audit:
    """Deliver `runs` runs of so many schedules, of which every fifth asks for `overlap: skip`, and count.

    A pause, a calendar and a freeze leave out some of them, which must be skipped without a call. Operators pause one
    schedule, then the service: no attempt may begin while that holds.
    """
    clock = Clock(START.timestamp())
    world = make(clock, faults, Random(seed), SETTINGS, Size())  # noqa: S311 - the same run for a seed
    world.target.paused = _is_paused
    for count, pause in enumerate(PAUSES, 1):
        clock.at(pause.since, partial(_write, world, Pauses(count, PAUSES[:count])))
    rounds = -(-runs // schedules)
    names = [f"schedule-{number}" for number in range(schedules)]
    end = START + timedelta(minutes=GAP_MINUTES * rounds)
    series = {name: SERIES[number % len(SERIES)] for number, name in enumerate(names)}
    source = CatalogSource(
        (_arguments(name, series[name], skips=not number % 5) for number, name in enumerate(names)), START
    )
    with scheduling(world, source, end) as scheduler:
        clock.run()
    times = [START + timedelta(minutes=GAP_MINUTES * number) for number in range(rounds)]
    promised = ((name, schedule_arn(name), time) for time in times for name in names)
    left_out = {(schedule_arn(name), time) for time in times for name in names if _is_left_out(series[name], time)}
    return audit(world, promised, scheduler.fired, left_out)


def _write(world: World, pauses: Pauses) -> None:
    world.dynamodb.items[PARTITION, CURRENT] = pauses.to_item()


def _is_paused(name: str, seconds: float) -> bool:
    subject = Subject(origin=CATALOG, arn=schedule_arn(name), service="billing")
    return any(one.since + EFFECT_SECONDS <= seconds < one.until and one.covers(subject) for one in PAUSES)


def _is_left_out(series: Series, time: datetime) -> bool:
    """Whether a run is left out, by the plan above and not by what the proxy asks."""
    minutes = (time - START) / timedelta(minutes=1)
    in_freeze = 30 <= minutes < 35 and not series.fires_in_freezes
    in_pause = series.paused_until is not None and time < PAUSED_UNTIL
    return in_freeze or in_pause or (DAY in series.not_on and 10 <= minutes < 20)


def _arguments(name: str, series: Series, *, skips: bool) -> ScheduleArguments:
    retry = Retry(max_attempts=6, max_age_minutes=120)
    request = Request(service="billing", path="/run", retry=retry, overlap="skip" if skips else "allow")
    return ScheduleArguments(
        name=name,
        expression=f"rate({GAP_MINUTES} minutes)",
        timezone="UTC",
        start_date=None,
        end_date=None,
        state="ENABLED",
        description=None,
        flexible_window_minutes=None,
        input=input_text(build_event(request, name, series=series)),
        max_retries=3,
        max_age_seconds=3600,
    )
