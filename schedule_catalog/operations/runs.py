"""Runs in the run ledger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from schedule_catalog.operations.translation import asking
from schedule_client.contract.errors import TimeTextError
from schedule_client.contract.ledger import (
    INDEX,
    KEY_SORT,
    REMEMBERED_DAYS,
    REUSED_SORT,
    RunRecord,
    State,
    outcome_days,
)
from schedule_client.contract.origins import CATALOG
from schedule_client.contract.times import read_instant, wire_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.lookup import Identity

MEMORY = timedelta(days=REMEMBERED_DAYS)
"""Time that the ledger keeps a run."""

# The two outcomes in the index.
FAILURES: tuple[State, ...] = ("undelivered", "skipped")

_QUERIES_AT_ONCE = 8

# Sorts after every time and every key, and before locks and reused keys.
_AFTER_KEYS = KEY_SORT.replace("#", "$")


def runs_of(stack: Deployed, schedule: Identity, since: datetime, most: int | None = None) -> Iterator[RunRecord]:
    """Yield the runs of a schedule due since then, the latest first; then those with an application's own keys.

    Calls that reused such a key for something else come last.
    most: of each kind, and of each origin; None for all.
    """
    partitions = [_text(f"{origin}#{schedule.arn}") for origin in schedule.origins]
    times = {":a": _text(wire_time(since)), ":b": _text("9999")}
    timed = [
        _records(stack, "pk = :p AND sk BETWEEN :a AND :b", {":p": partition, **times}, most)
        for partition in partitions
    ]
    yield from merge(*timed, key=lambda record: record.sort, reverse=True)
    for partition in partitions if schedule.origins != (CATALOG,) else ():
        for prefix in (KEY_SORT, REUSED_SORT):
            yield from _records(stack, "pk = :p AND begins_with(sk, :k)", {":p": partition, ":k": _text(prefix)}, most)


def newest_runs(stack: Deployed, schedule: Identity, since: datetime, most: int) -> tuple[RunRecord, ...]:
    """Return at most *most* runs of a schedule since then, the latest first, by one query of its own origin.

    Runs with an application's keys come before all runs with a time.
    """
    origin = schedule.origins[0]
    last = "9999" if origin == CATALOG else _AFTER_KEYS
    values = {":p": _text(f"{origin}#{schedule.arn}"), ":a": _text(wire_time(since)), ":b": _text(last)}
    return tuple(islice(_records(stack, "pk = :p AND sk BETWEEN :a AND :b", values, most), most))


def last_fire(runs: Sequence[RunRecord]) -> datetime | None:
    """Return the scheduled time of the newest run that a fire has made."""
    return next((read_instant(run.sort) for run in runs if "#" not in run.sort), None)


def run_at(stack: Deployed, schedule: Identity, scheduled: datetime) -> RunRecord | None:
    """Return the run of a scheduled time as it is now."""
    table = stack.ledger
    for origin in schedule.origins:
        key = {"pk": _text(f"{origin}#{schedule.arn}"), "sk": _text(wire_time(scheduled))}
        with asking("dynamodb:GetItem", table):
            answer = stack.clients.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True)
        if "Item" in answer:
            return RunRecord.from_item(answer["Item"])
    return None


def attempts_made(record: RunRecord) -> int:
    """Return the number of attempts; a run that waits or is skipped has none of the one that it is at."""
    return max(0, record.attempt - 1) if record.state in ("waiting", "skipped") else record.attempt


def scheduled_of(record: RunRecord) -> datetime | None:
    """Return the due time of a run (UTC); None for a run that an application named by a key."""
    try:
        return read_instant(record.sort.partition("#")[0])
    except TimeTextError:
        return None


def key_of(record: RunRecord) -> str | None:
    """Return the key by which an application named a run; None for other runs, and for a call that reused a key."""
    return record.sort.removeprefix(KEY_SORT) if record.sort.startswith(KEY_SORT) else None


def keyed(record: RunRecord) -> str:
    """Return what people read in the place of the due time of a run that has none."""
    key = key_of(record)
    return "reused key" if key is None else f"key {key}"


def lateness_seconds(record: RunRecord) -> float | None:
    """Return the delay of a delivered run; None for others, and for those whose time is not a fire."""
    due = scheduled_of(record)
    if due is None or "#" in record.sort or record.state != "delivered":
        return None
    return (read_instant(record.updated) - due).total_seconds()


def by_hand(record: RunRecord) -> bool:
    """Return whether a person triggered or replayed a run."""
    return record.act is not None


def failures(stack: Deployed, since: datetime, now: datetime) -> list[RunRecord]:
    """Return the runs that ended undelivered or skipped since then, the latest first."""
    after = _text(wire_time(since, "milliseconds"))

    def of_key(key: str) -> list[RunRecord]:
        values = {":d": _text(key), ":a": after}
        return list(_records(stack, "outcome_day = :d AND updated >= :a", values, None, IndexName=INDEX))

    keys = [key for day in _days(since, now) for state in FAILURES for key in outcome_days(state, day)]
    with ThreadPoolExecutor(_QUERIES_AT_ONCE) as queries:
        found = chain.from_iterable(queries.map(of_key, keys))
        return sorted(found, key=lambda record: record.updated, reverse=True)


def remembers_since(stack: Deployed, now: datetime) -> datetime:
    """Return the first instant that the ledger covers: its creation, or the age up to which it keeps runs."""
    table = stack.ledger
    with asking("dynamodb:DescribeTable", table):
        created: datetime = stack.clients.client("dynamodb").describe_table(TableName=table)["Table"][
            "CreationDateTime"
        ]
    return max(created.astimezone(UTC), now - MEMORY)


def _records(
    stack: Deployed, condition: str, values: Mapping[str, Any], most: int | None, **options: str
) -> Iterator[RunRecord]:
    client, table = stack.clients.client("dynamodb"), stack.ledger
    limit = {} if most is None else {"Limit": most}
    start: dict[str, Any] = {}
    count = 0
    while most is None or count < most:
        with asking("dynamodb:Query", table):
            page = client.query(
                TableName=table,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=values,
                ScanIndexForward=False,
                **limit,
                **options,
                **start,
            )
        for item in page["Items"]:
            count += 1

            yield RunRecord.from_item(item)
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _days(since: datetime, now: datetime) -> Iterator[str]:
    day = now.astimezone(UTC).date()
    while day >= since.astimezone(UTC).date():
        yield day.isoformat()
        day -= timedelta(days=1)


def _text(value: str) -> dict[str, str]:
    return {"S": value}
