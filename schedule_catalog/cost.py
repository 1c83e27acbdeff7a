"""Cost of a catalog's calls: their number times the prices in `prices.json`.

A call costs one invocation of EventBridge Scheduler, one request to Lambda and the time of the proxy; retries, logs,
secrets and queues are not counted. The free tier belongs to an account and not to a stack, so it is not deducted.
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
"""Assumed duration of a typical call."""
_MILLION = 1_000_000
_MB_PER_GB = 1024


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars, and the monthly free tier of an account.

    source, date, region: origin, date and region of the prices.
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
    """One month of calls, in US dollars before the free tier, by charge.

    provisioned: charge for executions that are always ready, with or without calls.
    """

    calls: float
    scheduler: float
    requests: float
    duration: float
    provisioned: float = 0.0

    @property
    def total(self) -> float:
        """Sum of the parts."""
        return self.scheduler + self.requests + self.duration + self.provisioned


@dataclass(frozen=True, slots=True)
class EntryCost:
    """Cost of one schedule."""

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
    """Return the monthly cost of each entry in the year from *now*, the highest first, with a proxy of that memory."""
    found = [EntryCost(entry, cost(calls_per_month(entry.timing, now), memory_mb)) for entry in entries]
    return sorted(found, key=lambda each: (-each.cost.calls, each.entry.name, each.entry.stack or ""))


def cost(calls: float, memory_mb: int, ready: int = 0) -> Cost:
    """Return the cost of a number of calls in a month with *ready* executions always ready."""
    price, gb = prices(), memory_mb / _MB_PER_GB
    return Cost(
        calls,
        calls * price.invocation,
        calls * price.request,
        calls * SECONDS * gb * price.gb_second,
        ready * gb * YEAR.total_seconds() / MONTHS * price.provisioned_gb_second,
    )
