"""One schedule of the catalog, as one stack gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.problem import Place
    from schedule_catalog.timing import Timing
    from schedule_client.contract import Request


HANDING_MINUTES = 15
"""For how long EventBridge Scheduler tries to hand a call over where a stack's settings do not say."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What defaults, entry and stack say together; the place does not count when two entries are compared.

    stack: the stack that this entry is for; None for every stack.
    timing: when it fires, and what keeps it from firing.
    accept: reasons of reviewed exceptions, by rule.
    metrics: "per-schedule" or None.
    request: what the proxy sends; its `retry.max_age_minutes` is always set.
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

    def finished(self, now: datetime, handing_minutes: int) -> bool:
        """Whether nothing can come of the entry any more.

        A recurring entry is over at its end, a one-time one when its time and its window have passed, and the longer of
        two ages: that of its request, and `handing_minutes`, for which EventBridge Scheduler tries to hand it over.
        """
        age = self.request.retry.max_age_minutes if self.request.retry else None
        return self.timing.is_over(now, timedelta(minutes=max(age or 0, handing_minutes)))
