"""What the calls of a catalog cost: their number times the prices in `prices.json`.

Of a call are counted one invocation by EventBridge Scheduler, one request to Lambda and the time of the proxy; not its
retries, logs, secrets or queues. The free tier is an account's and not a stack's, so it is named and not deducted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schedule_catalog.volume import MONTHS, YEAR, calls_per_month

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.entry import Entry

SECONDS = 1.0
"""What a typical call is taken to last."""
_MILLION = 1_000_000
_MB_PER_GB = 1024


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars, and what an account has free each month.

    source, date, region: where the prices were read, when, and what they are of.
    """

    source: str
    date: str
    region: str
    invocation: float
    request: float
    gb_second: float
    provisioned_gb_second: float
    free_invocations: int
    free_requests: int
    free_gb_seconds: int


@dataclass(frozen=True, slots=True)
class Cost:
    """One month of calls, in US dollars before the free tier, by what is asked for.

    provisioned: for executions that are always ready, whether calls come or not.
    """

    calls: float
    scheduler: float
    requests: float
    duration: float
    provisioned: float = 0.0

    @property
    def total(self) -> float:
        """The sum of the parts."""
        return self.scheduler + self.requests + self.duration + self.provisioned


@dataclass(frozen=True, slots=True)
class EntryCost:
    """The cost of one schedule."""

    entry: Entry
    cost: Cost


@cache
def prices() -> Prices:
    """Read the data file."""
    data: dict[str, Any] = json.loads((Path(__file__).parent / "prices.json").read_text("utf-8"))
    scheduler, functions = data["scheduler"], data["lambda"]
    return Prices(
        source=data["source"],
        date=data["date"],
        region=data["region"],
        invocation=scheduler["per_million_invocations"] / _MILLION,
        request=functions["per_million_requests"] / _MILLION,
        gb_second=functions["per_gb_second"],
        provisioned_gb_second=functions["per_provisioned_gb_second"],
        free_invocations=scheduler["free_invocations"],
        free_requests=functions["free_requests"],
        free_gb_seconds=functions["free_gb_seconds"],
    )


def costs(entries: Iterable[Entry], memory_mb: int, now: datetime) -> list[EntryCost]:
    """Give what each entry costs a month in the year from *now*, the dearest first, with a proxy of that memory."""
    found = [EntryCost(entry, cost(calls_per_month(entry.timing, now), memory_mb)) for entry in entries]
    return sorted(found, key=lambda each: (-each.cost.calls, each.entry.name, each.entry.stack or ""))


def cost(calls: float, memory_mb: int, ready: int = 0) -> Cost:
    """Give what so many calls cost in a month in which *ready* executions are always ready."""
    price, gb = prices(), memory_mb / _MB_PER_GB
    return Cost(
        calls,
        calls * price.invocation,
        calls * price.request,
        calls * SECONDS * gb * price.gb_second,
        ready * gb * YEAR.total_seconds() / MONTHS * price.provisioned_gb_second,
    )
