"""A time in which nothing ran, seen afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schedule_catalog.wording import utc_minute

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(slots=True)
class Gap:
    """Fires that came due in it: how many, of which schedules, since when."""

    count: int = 0
    arns: set[str] = field(default_factory=set[str])
    since: datetime | None = None

    def add(self, arn: str, count: int, first: datetime) -> None:
        """Count fires of one schedule, if there are any."""
        if count:
            self.count += count
            self.arns.add(arn)
            self.since = first if self.since is None else min(self.since, first)

    @property
    def arn(self) -> str:
        """The schedule, where it is about one only; else ""."""
        return next(iter(self.arns)) if len(self.arns) == 1 else ""

    def __str__(self) -> str:
        fires = "1 fire" if self.count == 1 else f"{self.count:,} fires"
        of = f" of {len(self.arns):,} schedules" if len(self.arns) > 1 else ""
        return f"{fires}{of} since {utc_minute(self.since)}" if self.since else f"{fires}{of}"
