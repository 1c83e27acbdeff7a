"""A checked catalog over simulated time."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import TYPE_CHECKING

from local.simulation.audit import Audit, audit
from local.simulation.clock import Clock
from local.simulation.schedules import CatalogSource, schedule_arn, scheduling
from local.simulation.world import Size, World
from schedule_catalog.deployment.arguments import schedule_arguments
from schedule_catalog.settings import Settings, proxy_settings

if TYPE_CHECKING:
    from datetime import datetime

    from local.simulation.faults import Faults
    from schedule_catalog.entry import Entry

_LONGEST_EVENT_AGE_SECONDS = 6 * 60 * 60


def run_catalog(
    entries: Iterable[Entry],
    settings: Settings,
    callback_url: str,
    start: datetime,
    end: datetime,
    faults: Faults,
    chance: Random,
) -> Audit:
    """Deploy `entries` at `start`, let them fire until `end`, and what has begun come to its end."""
    clock = Clock(start.timestamp())
    deployed = [entry for entry in entries if not entry.finished(start, settings.scheduler.max_age_minutes)]
    world = World(clock, faults, chance, proxy_settings(settings, callback_url, deployed), _size(settings))
    planned = [plan for entry in deployed if (plan := schedule_arguments(entry, start, settings))]
    source = CatalogSource(iter(planned), start)
    with scheduling(world, source, end) as scheduler:
        clock.run()
    promised = [
        (entry.name, schedule_arn(entry.name), fire)
        for entry in deployed
        for fire in entry.timing.sent().fires(start, end, anchor=start)
    ]
    left_out = {
        (schedule_arn(entry.name), fire) for entry in deployed for fire, _ in entry.timing.left_out(start, end, start)
    }
    return audit(world, promised, scheduler.fired, left_out)


def _size(settings: Settings) -> Size:
    return Size(
        timeout_seconds=settings.proxy.timeout_seconds,
        max_age_seconds=min(settings.retry.most_age_minutes * 60, _LONGEST_EVENT_AGE_SECONDS),
        ledger=settings.ledger,
    )
