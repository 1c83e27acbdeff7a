"""Cost of a stack in a month: what its runs use and what is there all the time, times the prices in `prices.json`.

A run is one delivered with its first attempt; the runs of a stack are spread evenly. The free tier belongs to an
account and not to a stack, so it is not deducted. The architecture is arm64.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schedule_catalog.volume import MONTHS, YEAR, calls_per_month
from schedule_client.contract.records import field, frozen

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings

SECONDS = 1.0
"""Assumed duration of a typical call."""
OWN_SECONDS = 0.05
"""Time of the proxy around a call: its own work with 128 MB, and two writes to the ledger."""
LEDGER_WRITES, LEDGER_BYTES, LEDGER_MONTHS = 2, 360 + 100, 1.5
"""Writes of a delivered run, and its item, with what DynamoDB adds to each; kept for 45 days."""
PAUSE_READS, PAUSE_SECONDS = 1, 8.0
"""Reads of the pauses before a call; the calls of one execution share a read for so long."""
LOG_BYTES, LOG_MONTHS, LOG_STORED = 850 + 26, 1.0, 0.15
"""One line, and what CloudWatch adds to each; kept for a month, at the share of its bytes that compression leaves.

The share is the one of AWS's Pricing Calculator (https://calculator.aws).
"""
STACK_METRICS, OWNER_METRICS, SCHEDULE_METRICS = 7, 2, 4
"""Metrics of the proxy by stack, by owner and by schedule with metrics of its own."""
ALARMS, LEDGER_ALARMS = 28, 4
"""Alarms of every stack, and those of the run ledger; each owner adds one, and so do calls without an owner."""
RETRY_READS, RETRY_REQUESTS = 1, 3
"""Read of the ledger before a retry, and its message: one request each to send, receive and delete it."""
# Lambda polls the retry queue with five connections, each for 20 seconds: AWS does not say how many more under load.
_POLLS_A_SECOND = 5 / 20
_MONTH_SECONDS = YEAR.total_seconds() / MONTHS
_MILLION = 1_000_000
_GB = 1024**3


@frozen
class Prices:
    """US dollars, by what is used.

    source, date, region: kind of their sources, when they were read there, and region of the prices.
    free: the monthly free tier of an account, in words.
    others: prices of other services for the same calls, per million calls and per job and month.
    """

    source: str
    date: str
    region: str
    free: str
    per_million: Mapping[str, float]
    per_gb_second: Mapping[str, float]
    per_gb: Mapping[str, float]
    per_gb_month: Mapping[str, float]
    per_month: Mapping[str, float]
    others: Mapping[str, Mapping[str, float]]


@frozen
class StackSize:
    """Settings of a stack that its cost depends on; the defaults are those of a stack without settings.

    ready: number of executions that are always ready.
    """

    memory_mb: int = 128
    seconds: float = SECONDS
    ledger: bool = True
    ready: int = 0
    owners: int = 0
    secrets: int = 0


@frozen
class Cost:
    """Cost of a month in US dollars before the free tier, by charge.

    runs: charges that grow with the calls.
    fixed: charges without any call.
    """

    calls: float
    runs: Mapping[str, float]
    fixed: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def total(self) -> float:
        """Sum of the charges."""
        return sum(self.runs.values()) + sum(self.fixed.values())

    @property
    def charges(self) -> tuple[tuple[str, float], ...]:
        """Charges by name, the largest first."""
        return tuple(sorted((*self.runs.items(), *self.fixed.items()), key=lambda each: (-each[1], each[0])))


@frozen
class EntryCost:
    """Cost of one schedule."""

    entry: Entry
    cost: Cost


@cache
def prices() -> Prices:
    """Read the data file."""
    data: dict[str, Any] = json.loads((Path(__file__).parent / "prices.json").read_text("utf-8"), object_hook=_usd_only)
    del data["currency"]
    return Prices(**data)


def _usd_only(members: dict[str, Any]) -> Any:
    """Amount of a price, which also has its source, and the date of that; other objects as they are."""
    return members.get("usd", members)


def size_of(settings: Settings | None, seconds: float) -> StackSize:
    """Return the size of the stack with these settings, or of one without settings."""
    if settings is None:
        return StackSize(seconds=seconds)
    named = {*settings.secrets, *(name for client in settings.clients.values() for name in client.secrets)}
    secrets = {name for name in named if not name.startswith("ssm:")}
    return StackSize(
        memory_mb=settings.proxy.memory_mb,
        seconds=seconds,
        ledger=settings.ledger,
        ready=settings.proxy.provisioned_concurrency or 0,
        owners=len(settings.owners),
        secrets=len(secrets) + len(settings.signing),
    )


def costs(entries: Iterable[Entry], size: StackSize, now: datetime) -> list[EntryCost]:
    """Return the monthly cost of each entry's calls in the year from *now*, the highest first."""
    counted = [(entry, calls_per_month(entry.timing.sent(), now)) for entry in entries]
    reads = _pause_reads(sum(calls for _, calls in counted), size)
    found = [EntryCost(entry, _runs(calls, size, reads)) for entry, calls in counted]
    return sorted(found, key=lambda each: (-each.cost.calls, each.entry.name, each.entry.stack or ""))


def stack_cost(found: Iterable[EntryCost], size: StackSize) -> Cost:
    """Return the cost of a stack: the calls of its schedules, and what it costs without a call."""
    schedules = list(found)
    counted = sum(each.entry.metrics == "per-schedule" for each in schedules)
    calls = sum(each.cost.calls for each in schedules)
    return Cost(calls, _runs(calls, size, _pause_reads(calls, size)).runs, _fixed(size, counted))


def others(found: Iterable[EntryCost]) -> dict[str, float]:
    """Return the cost of the same calls with other services: one message for a call, one job for a schedule."""
    schedules = list(found)
    calls, jobs = sum(each.cost.calls for each in schedules), len(schedules)
    return {
        name: calls * price["per_million_messages"] / _MILLION + jobs * price["per_job_month"]
        for name, price in prices().others.items()
    }


def of_retry(size: StackSize) -> float:
    """Return the cost of one more attempt after a failed one, as much later as it is made."""
    attempt, price = dict(_runs(1, size, PAUSE_READS).runs), prices()
    del attempt["Scheduler"]
    reads = RETRY_READS * price.per_million["dynamodb_reads"] if size.ledger else 0.0
    return sum(attempt.values()) + (reads + RETRY_REQUESTS * price.per_million["sqs_fair_requests"]) / _MILLION


def _pause_reads(calls: float, size: StackSize) -> float:
    """Return the reads of the pauses for each of so many calls a month.

    A call finds as many executions busy as calls are in progress on average, and is made by one more. After a read, an
    execution makes the calls of the next PAUSE_SECONDS without another.
    """
    each_second = calls / _MONTH_SECONDS
    executions = 1 + each_second * (size.seconds + OWN_SECONDS)
    return PAUSE_READS / (1 + PAUSE_SECONDS * each_second / executions)


def _runs(calls: float, size: StackSize, pause_reads: float) -> Cost:
    price, gb = prices(), size.memory_mb / 1024
    each = {
        "Scheduler": price.per_million["scheduler_invocations"] / _MILLION,
        "Lambda requests": price.per_million["lambda_requests"] / _MILLION,
        "Lambda time": (size.seconds + OWN_SECONDS) * gb * price.per_gb_second["lambda_arm64"],
        "logs": LOG_BYTES / _GB * (price.per_gb["logs"] + LOG_MONTHS * LOG_STORED * price.per_gb_month["logs"]),
    }
    if size.ledger:
        written = LEDGER_WRITES * price.per_million["dynamodb_writes"] / _MILLION
        each["run ledger"] = written + LEDGER_BYTES / _GB * LEDGER_MONTHS * price.per_gb_month["dynamodb"]
        each["pauses"] = pause_reads * price.per_million["dynamodb_reads"] / _MILLION
    return Cost(calls, {name: calls * usd for name, usd in each.items()})


def _fixed(size: StackSize, counted: int) -> dict[str, float]:
    price = prices()
    alarms = ALARMS + (LEDGER_ALARMS if size.ledger else 0) + (size.owners + 1 if size.owners else 0)
    metrics = STACK_METRICS + max(1, size.owners) * OWNER_METRICS + counted * SCHEDULE_METRICS
    ready = size.ready * size.memory_mb / 1024 * _MONTH_SECONDS * price.per_gb_second["lambda_arm64_provisioned"]
    fixed = {
        "alarms": alarms * price.per_month["alarm"],
        "metrics": metrics * price.per_month["metric"],
        "dashboard": price.per_month["dashboard"],
        "secrets": size.secrets * price.per_month["secret"],
        "retry queue": _POLLS_A_SECOND * _MONTH_SECONDS * price.per_million["sqs_fair_requests"] / _MILLION,
        "Lambda executions kept ready": ready,
    }
    return {name: usd for name, usd in fixed.items() if usd}
