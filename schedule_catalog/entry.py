"""Schedule of the catalog, as one stack gets it."""

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
"""Default time for which EventBridge Scheduler retries an invocation."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Merged values of defaults, entry and stack; the position does not count in comparisons.

    stack: the stack that this entry is for; None for every stack.
    timing: its fires, and the keys that prevent them.
    accept: reasons of reviewed exceptions, by rule.
    metrics: "per-schedule" or None.
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

    def finished(self, now: datetime, handing_minutes: int) -> bool:
        """Return whether the entry has no future fire or retry.

        A recurring entry is finished at its end; a one-time one after its time, its window and the longer of two ages:
        that of its request, and `handing_minutes`, the age of EventBridge Scheduler's retries.
        """
        age = self.request.retry.max_age_minutes if self.request.retry else None
        return self.timing.is_over(now, timedelta(minutes=max(age or 0, handing_minutes)))
