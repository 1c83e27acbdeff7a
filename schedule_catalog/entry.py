"""Schedule of the catalog, as one stack gets it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from schedule_client.contract.event import build_event
from schedule_client.contract.records import field, frozen, replace
from schedule_client.contract.series import Series
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.problem import Place
    from schedule_catalog.timing import Timing
    from schedule_client.contract.json_value import Json
    from schedule_client.contract.request import Request


HANDING_MINUTES = 15
"""Default time for which EventBridge Scheduler retries an invocation."""


@frozen
class Entry:
    """Merged values of defaults, entry and stack; the position does not count in comparisons.

    stack: the stack that this entry is for; None for every stack.
    timing: its fires, and the keys that prevent them.
    accept: reasons of reviewed exceptions, by rule.
    metrics: "per-schedule" or None.
    fires_in_freezes: why no freeze of the stack leaves it out.
    request: the request that the proxy sends; its `retry.max_age_minutes` is always set.
    """

    name: str
    owner: str
    stack: str | None
    place: Place = field(compare=False)
    timing: Timing
    description: str | None
    overlap: str
    accept: Mapping[str, str]
    metrics: str | None
    labels: Mapping[str, str]
    runbook: str | None
    request: Request
    fires_in_freezes: str | None = None

    @property
    def series(self) -> Series | None:
        """Other runs in its event; None for a single call."""
        timing = self.timing
        if timing.fires_once:
            return None
        pause = timing.unsent_pause
        resumes = timing.resumes if pause else None
        return Series(
            not_on=tuple(each.name for each in timing.not_on),
            paused_until=wire_time(resumes) if resumes else None,
            pause_reason=pause.reason if pause else "",
            fires_in_freezes=self.fires_in_freezes is not None,
        )

    @property
    def event(self) -> dict[str, Json]:
        """The event that its schedule sends."""
        return build_event(self.request, self.name, series=self.series)

    def as_written(self) -> Entry:
        """Return the entry as its file says it, whatever is in the calendars that it names."""
        return replace(self, timing=self.timing.as_written())

    def finished(self, now: datetime, handing_minutes: int) -> bool:
        """Return whether the entry has no future fire or retry.

        A recurring entry is finished at its end; a one-time one after its time, its window and the longer of two ages:
        that of its request, and `handing_minutes`, the age of EventBridge Scheduler's retries.
        """
        age = self.request.retry.max_age_minutes if self.request.retry else None
        return self.timing.is_over(now, timedelta(minutes=max(age or 0, handing_minutes)))
