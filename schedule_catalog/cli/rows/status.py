"""Comparison of a stack with its catalog as JSON, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schedule_catalog.cli import as_json
from schedule_catalog.cli.rows.history import run_row
from schedule_catalog.cli.rows.pauses import pause_row

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.deployment.names import Names
    from schedule_catalog.operations import Alarm, Board, BoardRow, StackStatus


def show(status: StackStatus, board: Board, names: Names, now: datetime) -> None:
    """Print every schedule, matches and differences, and how full the queues are."""
    changed = [
        {
            "name": each.name,
            "fields": [{"field": one.field, "catalog": one.wanted, "aws": one.found} for one in each.differences],
        }
        for each in status.changed
    ]
    queues = [
        {"queue": each.queue, "waiting": each.waiting, "being_read": each.held, "delayed": each.delayed}
        for each in status.queues
    ]
    members = {
        "stack": names.stack,
        "region": names.region,
        "drifted": status.drifted,
        "matching": status.matching,
        "missing": status.missing,
        "extra": status.extra,
        "changed": changed,
        "finished": status.finished,
        "disabled": status.disabled,
        "queues": queues,
        "first_keys": status.first_keys,
        "mute_topics": status.mute_topics,
        "pauses": None if status.pauses is None else [*map(pause_row, status.pauses.current(now.timestamp()))],
        "alarms": None if status.alarms is None else [*map(_alarm, status.alarms)],
        "schedules": [_schedule(row) for row in board.rows],
        "truncated": board.truncated,
    }
    as_json.show("status", members)


def _alarm(alarm: Alarm) -> dict[str, Any]:
    since = as_json.instant(alarm.since)
    return {"name": alarm.name, "since": since, "meaning": alarm.means, "runbook": alarm.runbook}


def _schedule(row: BoardRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "origin": row.origin,
        "owner": row.owner,
        "state": row.state,
        "target": row.target,
        "next_fire": as_json.instant(row.next_fire),
        "runs": None if row.runs is None else [run_row(run, "UTC") for run in row.runs],
        "pauses": [*map(pause_row, row.pauses)],
        "missed": [as_json.instant(fire) for fire in row.missed],
    }
