"""Undelivered calls as JSON, for other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schedule_catalog.cli import as_json

if TYPE_CHECKING:
    from schedule_catalog.operations import UndeliveredCall


def show_list(calls: Sequence[UndeliveredCall], names: Mapping[str, str]) -> None:
    """Print the calls, the oldest first."""
    as_json.show("undelivered", {"calls": [_row(call) for call in calls]})


def show_one(call: UndeliveredCall) -> None:
    """Print one call in the same form."""
    show_list([call], {})


def _row(call: UndeliveredCall) -> dict[str, Any]:
    return {
        "id": call.identifier,
        "queue": call.queue,
        "shape": call.shape,
        "since": as_json.instant(call.at),
        "schedule": call.schedule,
        "arn": call.arn,
        "was_due": call.time,
        "owner": call.owner,
        "origin": call.origin,
        "reason": call.reason,
        "message": call.message,
        "status": as_json.whole(call.status),
        "attempts": as_json.whole(call.attempts),
        "run_key": call.run_key,
        "obstacle": call.obstacle,
        "request": call.event,
        "body": call.body if call.event is None else None,
    }
