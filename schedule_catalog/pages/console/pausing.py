"""Pauses of the console: what a person wishes, what it will do, and how it is made."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from schedule_catalog.operations import (
    OperationError,
    PauseTarget,
    caller,
    pause,
    pause_effect,
    pause_target,
    planned_pause,
    read_pauses,
    resume,
)
from schedule_catalog.wording import rfc3339
from schedule_client.contract.errors import TimeTextError
from schedule_client.contract.pauses import SCOPES
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from schedule_catalog.operations import RunTimePause, Scope
    from schedule_catalog.pages.console.desk import Desk

LENGTHS: Mapping[int, str] = {
    15: "15 minutes",
    60: "1 hour",
    120: "2 hours",
    480: "8 hours",
    1440: "1 day",
    10080: "1 week",
}
"""Choices of the length, by minutes."""

_SCOPES: Mapping[str, Scope] = {each: each for each in SCOPES}


@dataclass(frozen=True, slots=True)
class Wish:
    """Pause that a form describes."""

    scope: str
    name: str
    minutes: str
    reason: str
    until: str

    @classmethod
    def of(cls, form: Mapping[str, Sequence[str]]) -> Wish:
        """Read the fields of the form."""
        return cls(*(form.get(field, [""])[0].strip() for field in ("scope", "name", "minutes", "reason", "until")))

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Fields of the form that repeats it."""
        return [*asdict(self).items()]

    def ending(self, now: datetime) -> Wish:
        """Return it with the end that a person then confirms, however long that takes."""
        return replace(self, until=rfc3339(now.replace(microsecond=0) + _length(self)))


def current_pauses(desk: Desk) -> tuple[RunTimePause, ...]:
    """Return the pauses that have not ended."""
    return read_pauses(desk.stack).current(desk.clock().timestamp())


def preview(desk: Desk, wish: Wish) -> list[str]:
    """Return what the pause will do, without making it; raises OperationError for a wish that cannot be met."""
    now, target = desk.clock(), _target(desk, wish)
    planned = planned_pause(desk.stack, target, _end(wish, now), wish.reason, caller(desk.stack.clients), now)
    wanted = desk.catalog()
    entries = {entry.name: entry for entry in wanted.entries}
    effect = pause_effect(desk.stack, planned, now, entries, desk.services())
    return [planned.message, *effect.lines]


def make_pause(desk: Desk, wish: Wish) -> RunTimePause:
    """Pause what the wish names."""
    now, target = desk.clock(), _target(desk, wish)
    return pause(desk.stack, target, _end(wish, now), wish.reason, caller(desk.stack.clients), now)


def end_pause(desk: Desk, wish: Wish) -> RunTimePause:
    """End a pause; what it names need not exist any more."""
    pauses = current_pauses(desk)
    there = next((one for one in pauses if (one.scope, one.name) == (wish.scope, wish.name)), None)
    if there is None:
        raise OperationError("this pause has ended")
    return resume(desk.stack, PauseTarget(there.scope, there.name), caller(desk.stack.clients), desk.clock())


def _target(desk: Desk, wish: Wish) -> PauseTarget:
    scope = _SCOPES.get(wish.scope)
    if scope is None:
        raise OperationError("choose what to pause")
    if scope != "all" and not wish.name:
        raise OperationError(f"name the {scope}")
    catalog = desk.catalog()
    owners = tuple(catalog.settings.owners) or tuple({entry.owner for entry in catalog.entries})
    known = {"owner": owners, "service": tuple(desk.services())}.get(scope, ())
    return pause_target(desk.stack, scope, wish.name, known)


def _end(wish: Wish, now: datetime) -> datetime:
    try:
        return read_instant(wish.until) if wish.until else now + _length(wish)
    except TimeTextError as error:
        raise OperationError(f'"{wish.until}" is not the end of a pause: {error}') from error


def _length(wish: Wish) -> timedelta:
    if wish.minutes not in map(str, LENGTHS):
        raise OperationError("choose how long")
    return timedelta(minutes=int(wish.minutes))
