"""Runs as JSON, for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schedule_catalog.cli.output import say_json
from schedule_catalog.expressions import zone
from schedule_catalog.operations.runs import by_hand, lateness_seconds, scheduled_of

if TYPE_CHECKING:
    from schedule_catalog.operations import Missed, RunRecord, Search


def show_runs(runs: Sequence[RunRecord], timezone: str) -> None:
    """Print an array with one object a run."""
    _print([_run(record, timezone) for record in runs])


def show_failed(runs: Sequence[RunRecord], since: datetime) -> None:
    """Print an array with one object a run."""
    _print([_run(record, "UTC") for record in runs])


def show_missed(search: Search) -> None:
    """Print what was missed, since when that was looked at, and what is not in AWS."""
    missed = [_missed(each) for each in search.missed]
    _print({"since": search.since.isoformat(), "missed": missed, "absent": list(search.absent)})


def _run(record: RunRecord, timezone: str) -> dict[str, Any]:
    due = scheduled_of(record)
    return {
        "schedule": record.schedule,
        "owner": record.owner,
        "origin": record.partition.partition("#")[0],
        "scheduled": due.isoformat() if due else None,
        "local": due.astimezone(zone(timezone)).isoformat() if due else None,
        "key": record.sort if due is None else None,
        "by_hand": by_hand(record),
        "state": record.state,
        "attempts": record.attempt,
        "status": record.status,
        "reason": record.reason,
        "message": record.message,
        "lateness_seconds": lateness_seconds(record),
        "updated": record.updated,
        "run_key": record.run_key,
    }


def _missed(missed: Missed) -> dict[str, Any]:
    local = missed.scheduled.astimezone(zone(missed.entry.timing.timezone))
    return {
        "schedule": missed.entry.name,
        "owner": missed.entry.owner,
        "scheduled": missed.scheduled.isoformat(),
        "local": local.isoformat(),
        "last": missed.last.isoformat() if missed.last else None,
        "doubt": missed.doubt,
    }


def _print(value: object) -> None:
    say_json(value)
