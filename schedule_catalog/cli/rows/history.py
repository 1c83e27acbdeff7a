"""Runs as JSON, for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schedule_catalog.cli import as_json
from schedule_catalog.cli.rows.pauses import act_row
from schedule_catalog.operations.runs import attempts_made, by_hand, key_of, lateness_seconds, scheduled_of

if TYPE_CHECKING:
    from schedule_catalog.operations import Missed, PauseAct, RunRecord, Search


def show_runs(runs: Sequence[RunRecord], timezone: str, acts: Sequence[PauseAct] = ()) -> None:
    """Print the runs of one schedule, the last one first, and its pauses."""
    members = {"since": None, "runs": [run_row(record, timezone) for record in runs]}
    as_json.show("history", {**members, "pauses": [act_row(act) for act in acts]})


def show_failed(runs: Sequence[RunRecord], since: datetime, acts: Sequence[PauseAct] = ()) -> None:
    """Print the runs of all schedules that ended undelivered or skipped, the last one first, and the pauses."""
    members = {"since": as_json.instant(since), "runs": [run_row(record, "UTC") for record in runs]}
    as_json.show("history", {**members, "pauses": [act_row(act) for act in acts]})


def show_missed(search: Search) -> None:
    """Print the fires without a run, the start of the search, and the schedules that are not in AWS."""
    missed = [_missed(each) for each in search.missed]
    as_json.show("missed", {"since": as_json.instant(search.since), "missed": missed, "absent": list(search.absent)})


def run_row(record: RunRecord, timezone: str) -> dict[str, Any]:
    """Return one run, due in the local time of a zone."""
    due, late = scheduled_of(record), lateness_seconds(record)
    return {
        "schedule": record.schedule,
        "owner": record.owner,
        "origin": record.partition.partition("#")[0],
        "scheduled": as_json.instant(due),
        "local": as_json.local(due, timezone) if due else None,
        "key": key_of(record),
        "by_hand": by_hand(record),
        "state": record.state,
        "attempts": attempts_made(record),
        "status": record.status,
        "reason": record.reason,
        "message": record.message,
        "late_seconds": None if late is None else as_json.number(late),
        "waited_seconds": None if record.waited is None else as_json.number(record.waited),
        "updated": record.updated,
        "run_key": record.run_key,
    }


def _missed(missed: Missed) -> dict[str, Any]:
    return {
        "schedule": missed.entry.name,
        "owner": missed.entry.owner,
        "scheduled": as_json.instant(missed.scheduled),
        "local": as_json.local(missed.scheduled, missed.entry.timing.timezone),
        "last_run": as_json.instant(missed.last),
        "in_doubt": missed.doubt,
    }
