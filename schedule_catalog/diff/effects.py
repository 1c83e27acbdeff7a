"""Effects of `pulumi up` on a schedule.

The name identifies a schedule: another name is a deletion and a creation, anything else an UpdateSchedule in place.
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.deployment.arguments import schedule_arguments
from schedule_catalog.diff.changes import Action, Effect
from schedule_catalog.diff.outlooks import left_out
from schedule_catalog.wording import utc_minute

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings
    from schedule_catalog.timing import Timing


def effect(before: Entry | None, after: Entry | None, now: datetime, settings: Settings) -> Effect:
    """Return the effect of the next deployment, if the last one deployed *before*."""
    handing = settings.scheduler.max_age_minutes
    deployed = before if before is not None and not before.finished(now, handing) else None
    wanted = after if after is not None and not after.finished(now, handing) else None
    if wanted is None:
        return _gone(before, deployed, after, now)
    if deployed is None:
        return Effect(Action.CREATE, tuple(_creation(wanted.timing, now)))
    if deployed.name != wanted.name:
        return Effect(Action.REPLACE, tuple(_replacement(deployed, wanted, now)))
    return _edit(deployed, wanted, now, settings)


def _gone(before: Entry | None, deployed: Entry | None, after: Entry | None, now: datetime) -> Effect:
    clock = ("it is finished, so the stack omits it",) if after else ()
    if before and after and deployed is None:
        return Effect(Action.NOTHING, ("it was finished before this change: the clock removes it from the stack",))
    if deployed is None:
        return Effect(Action.NOTHING, clock or ("its schedule was finished",))
    return Effect(Action.DELETE, (*clock, *_loss(deployed, now)))


def _loss(entry: Entry, now: datetime) -> Iterator[str]:
    if pending := entry.timing.pending(now):
        yield f"the pending run of {utc_minute(pending)} is lost"


def _creation(timing: Timing, now: datetime) -> Iterator[str]:
    if timing.off:
        yield f"it is {timing.off}: it does not fire"
    elif timing.fires_at_creation(now):
        yield "a rate fires as soon as its schedule is created"
    elif timing.fires_once and timing.expired(now) and timing.expires:
        yield f"its time {utc_minute(timing.expires)} has passed: EventBridge Scheduler may fire it at once"


def _replacement(before: Entry, after: Entry, now: datetime) -> Iterator[str]:
    yield f'"{before.name}" is deleted and "{after.name}" is created; history and run keys start again'
    yield from _creation(after.timing, now)
    if pending := after.timing.pending(now):
        yield f"the pending run of {utc_minute(pending)} is moved to the new name"


def _edit(before: Entry, after: Entry, now: datetime, settings: Settings) -> Effect:
    old, new = schedule_arguments(before, now, settings), schedule_arguments(after, now, settings)
    if old == new:
        if before.timing != after.timing:
            by_proxy = "the schedule stays as it is: the next version of the proxy has the new calendars"
            return Effect(Action.NOTHING, (by_proxy, *left_out(before.timing, after.timing, now)))
        return Effect(Action.NOTHING, ("these fields are not part of the schedule in AWS",))
    if new is not None and new.frozen:
        return Effect(Action.NOTHING, ("its time has passed: no edit changes the schedule",))
    return Effect(Action.UPDATE, tuple(_update(before.timing, after.timing, now)))


def _update(before: Timing, after: Timing, now: datetime) -> Iterator[str]:
    was, pending = before.pending(now), after.pending(now)
    if was and was != pending:
        yield f"the pending run of {utc_minute(was)} {f'moves to {utc_minute(pending)}' if pending else 'is lost'}"
    started = before.sent().starts
    if started and before.begun(now) and started == after.sent().starts:
        yield f"its start {utc_minute(started)} has passed: the clock, not this change, removes it from the schedule"
    if after.off and not before.off:
        yield "it stops firing"
    elif before.off and not after.off:
        yield "it fires again"
    if after.fires_at_creation(now) and before != after:
        yield "AWS does not document whether a changed rate fires at once"
    yield from left_out(before, after, now)
