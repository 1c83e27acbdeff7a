"""Runs as the proxy records them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schedule_catalog.operations import RunRecord
from tests.schedule_catalog.operations.aws import NAMES, arn


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def record(name: str, sort: str, group: str = NAMES.catalog_group, origin: str = "catalog") -> RunRecord:
    """A run that was delivered two seconds after its time, at the first attempt."""
    try:
        updated = f"{at(sort[:19]) + timedelta(seconds=2):%Y-%m-%dT%H:%M:%S}.000Z"
    except ValueError:
        updated = "2026-11-20T09:00:02.000Z"
    return RunRecord(
        partition=f"{origin}#{arn(name, group)}",
        sort=sort,
        version=2,
        run_key="v1.abc",
        state="delivered",
        attempt=1,
        updated=updated,
        expires=1_800_000_000,
        status=200,
        schedule=name,
        owner="billing",
        milliseconds=12.5,
    )
