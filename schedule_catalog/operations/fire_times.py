"""Check that a deployed schedule fires at a given time, with the nearest fires if it does not."""

from __future__ import annotations

import shlex
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from schedule_catalog.expressions import zone
from schedule_catalog.operations.errors import FireError
from schedule_catalog.operations.lookup import identity_of
from schedule_catalog.operations.runs import run_at
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.runs import RunRecord
    from schedule_catalog.operations.schedules import FoundSchedule
    from schedule_catalog.timing import Timing

_SECOND = timedelta(seconds=1)
# Range of the search for the nearest fire; a leap day's schedule has one within eight years.
_SPANS = (timedelta(days=2), timedelta(days=40), timedelta(days=400), timedelta(days=8 * 366))


def run_of_fire(stack: Deployed, schedule: FoundSchedule, at: datetime) -> RunRecord | None:
    """Return the run of a fire, if the ledger has it; without one, raise FireError as `check_fire` does."""
    identity = identity_of(stack, schedule.group, schedule.name)
    record = run_at(stack, identity, at) if stack.manifest.ledger_table else None
    check_fire(schedule, at, known=record is not None)
    return record


def check_fire(schedule: FoundSchedule, at: datetime, known: bool) -> None:
    """Raise FireError, with the nearest fires, unless the schedule fires at this time.

    known: whether the run ledger has a run of this time: the schedule may have had another timing then.
    """
    if known:
        return
    timing, anchor = schedule.timing.switched_on(), schedule.start
    if not schedule.fires_are_known:
        command = shlex.join(("schedules", "history", schedule.name))
        raise FireError(
            f'the fires of "{schedule.name}" count from its creation, and the run ledger has none at'
            f' {wire_time(at)}: "{command}" shows its runs'
        )
    if any(fire == at for fire in timing.fires(at, at + _SECOND, anchor)):
        return
    near = [f"{_in_zone(fire, schedule)} ({wire_time(fire)})" for fire in _nearest(timing, at, anchor)]
    instead = f"the nearest fires are {' and '.join(near)}" if near else "no fire is near"
    raise FireError(f'"{schedule.name}" does not fire at {wire_time(at)}: {instead}')


def _nearest(timing: Timing, at: datetime, anchor: datetime | None) -> Iterator[datetime]:
    """Return the last fire before a time and the first after it."""
    for span in _SPANS:
        before = list(timing.fires(at - span, at, anchor))[-1:]
        if before:
            yield before[0]
            break
    for span in _SPANS:
        after = next(timing.fires(at, at + span, anchor), None)
        if after is not None:
            yield after
            break


def _in_zone(fire: datetime, schedule: FoundSchedule) -> str:
    return f"{fire.astimezone(zone(schedule.timezone)):%Y-%m-%d %H:%M} {schedule.timezone}"
