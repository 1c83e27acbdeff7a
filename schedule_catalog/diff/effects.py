"""What `pulumi up` does to a schedule.

A schedule is known by its name: another name is a deletion and a creation, anything else an UpdateSchedule in place.
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.deployment.arguments import schedule_arguments
from schedule_catalog.diff.changes import Action, Effect

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings


def effect(before: Entry | None, after: Entry | None, now: datetime, settings: Settings) -> Effect:
    """Tell what the next deployment does, if the last one left the stack as *before* says."""
    deployed = before if before is not None and not before.finished(now) else None
    wanted = after if after is not None and not after.finished(now) else None
    if wanted is None:
        return _gone(before, deployed, after, now)
    if deployed is None:
        return Effect(Action.CREATE, tuple(_creation(wanted, now)))
    if deployed.name != wanted.name:
        return Effect(Action.REPLACE, tuple(_replacement(deployed, wanted, now)))
    return _edit(deployed, wanted, now, settings)


def _gone(before: Entry | None, deployed: Entry | None, after: Entry | None, now: datetime) -> Effect:
    clock = ("it is over, so the stack leaves it out",) if after else ()
    if before and after and deployed is None:
        return Effect(Action.NOTHING, ("it was over before this change: the clock takes it out of the stack",))
    if deployed is None:
        return Effect(Action.NOTHING, clock or ("its schedule was finished",))
    return Effect(Action.DELETE, (*clock, *_loss(deployed, now)))


def _loss(entry: Entry, now: datetime) -> Iterator[str]:
    if entry.fires_at and entry.fires_at > now and entry.enabled:
        yield f"the pending run of {_utc(entry.fires_at)} is lost"


def _creation(entry: Entry, now: datetime) -> Iterator[str]:
    if not entry.enabled:
        yield "it is disabled: nothing fires"
    elif _anchored_at_creation(entry, now):
        yield "a rate fires at once when its schedule is created"
    elif entry.fires_at and entry.fires_at <= now:
        yield f"its time {_utc(entry.fires_at)} has passed: EventBridge Scheduler may fire it at once"


def _replacement(before: Entry, after: Entry, now: datetime) -> Iterator[str]:
    yield f'"{before.name}" is deleted and "{after.name}" is created; history and run keys start anew'
    yield from _creation(after, now)
    if after.fires_at and after.fires_at > now and before.enabled:
        yield f"the pending run of {_utc(after.fires_at)} is moved to the new name"


def _edit(before: Entry, after: Entry, now: datetime, settings: Settings) -> Effect:
    old, new = schedule_arguments(before, now, settings), schedule_arguments(after, now, settings)
    if old == new:
        return Effect(Action.NOTHING, ("EventBridge Scheduler is told nothing of these fields",))
    if new is not None and new.frozen:
        return Effect(Action.NOTHING, ("its time has passed: the schedule stays as it is, whatever is edited",))
    return Effect(Action.UPDATE, tuple(_update(before, after, now)))


def _update(before: Entry, after: Entry, now: datetime) -> Iterator[str]:
    if before.fires_at and before.fires_at > now and before.fires_at != after.fires_at:
        target = f"moves to {_utc(after.fires_at)}" if after.fires_at else "is lost"
        yield f"the pending run of {_utc(before.fires_at)} {target}"
    if before.starts and before.starts == after.starts and before.starts <= now:
        yield f"its start {_utc(before.starts)} has passed: the clock, not this change, takes it out of the schedule"
    if before.enabled and not after.enabled:
        yield "it stops firing"
    elif not before.enabled and after.enabled:
        yield "it starts to fire again"
    if after.enabled and _anchored_at_creation(after, now) and _timing(before) != _timing(after):
        yield "AWS does not document whether a changed rate fires at once"


def _anchored_at_creation(entry: Entry, now: datetime) -> bool:
    return entry.expression.startswith("rate(") and (entry.starts is None or entry.starts <= now)


def _timing(entry: Entry) -> Entry:
    """The entry without what does not say when it fires."""
    return replace(entry, request=None, description=None, labels={}, accept={}, owner="", runbook=None, metrics=None)  # pyright: ignore[reportArgumentType]


def _utc(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
