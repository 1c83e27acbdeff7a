"""One schedule of the catalog, as one stack gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from schedule_catalog.expressions import instants

if TYPE_CHECKING:
    from schedule_catalog.problem import Place
    from schedule_client.contract import Request


@dataclass(frozen=True, slots=True)
class Entry:
    """What defaults, entry and stack say together; the place does not count when two entries are compared.

    stack: the stack that this entry is for; None for every stack.
    expression: EventBridge Scheduler's text: `cron(…)`, `rate(…)` or `at(…)`.
    start, end: local wall times in `timezone`; `start` counts, `end` is the first instant that does not.
    accept: reasons of reviewed exceptions, by rule.
    metrics: "per-schedule" or None.
    request: what the proxy sends; its `retry.max_age_minutes` is always set.
    """

    name: str
    owner: str
    stack: str | None
    place: Place = field(compare=False)
    expression: str
    timezone: str
    description: str | None
    enabled: bool
    start: datetime | None
    end: datetime | None
    flexible_window_minutes: int | None
    overlap: str
    accept: Mapping[str, str]
    metrics: str | None
    labels: Mapping[str, str]
    runbook: str | None
    request: Request

    @property
    def one_time(self) -> bool:
        """Whether the entry fires once, at a given time."""
        return self.expression.startswith("at(")

    @property
    def starts(self) -> datetime | None:
        """The first instant (UTC) at which the entry may fire."""
        return self.instant(self.start)

    @property
    def ends(self) -> datetime | None:
        """The first instant (UTC) at which the entry fires no more."""
        return self.instant(self.end)

    @property
    def fires_at(self) -> datetime | None:
        """The instant (UTC) of a one-time call; None for a recurring one."""
        return self.instant(datetime.fromisoformat(self.expression[3:-1])) if self.one_time else None

    def instant(self, wall: datetime | None) -> datetime | None:
        """UTC of a wall time in the entry's zone; a checked entry has none in a gap or a repeat."""
        return instants(wall, self.timezone)[0] if wall else None

    def finished(self, now: datetime) -> bool:
        """Whether nothing can come of the entry any more.

        A recurring entry is over at its end, a one-time one when its time, its window and its retry age have passed.
        """
        fires_at = self.fires_at
        if fires_at is None:
            return self.ends is not None and self.ends <= now
        age = self.request.retry.max_age_minutes if self.request.retry else None
        return fires_at + timedelta(minutes=(self.flexible_window_minutes or 0) + (age or 0)) <= now
