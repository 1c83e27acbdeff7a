"""Undelivered calls for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from schedule_catalog.cli.output import say
from schedule_catalog.cli.text.table import aligned
from schedule_catalog.wording import utc_minute

if TYPE_CHECKING:
    from schedule_catalog.operations import UndeliveredCall

_HEAD = ("id", "since", "schedule", "was due", "reason", "status", "attempts", "owner", "queue")


def show_list(calls: Sequence[UndeliveredCall], names: Mapping[str, str]) -> None:
    """Print one line each, the oldest first."""
    if calls:
        rows = [_HEAD, *(_row(call, names[call.identifier]) for call in calls)]
        say(*aligned(rows, indent=""))
    say(f"{len(calls)} undelivered")


def show_one(call: UndeliveredCall) -> None:
    """Print everything about one."""
    say(*aligned(list(_facts(call)), indent=""))
    text = call.body if call.event is None else json.dumps(call.event, ensure_ascii=False, indent=2)
    say("request" if call.event is not None else "body")
    say(*(f"  {line}" for line in text.splitlines()))


def _row(call: UndeliveredCall, name: str) -> tuple[str, ...]:
    return (
        name,
        utc_minute(call.at),
        call.schedule or f"({call.shape})",
        call.time or "",
        call.reason or "",
        call.status or "",
        call.attempts or "",
        call.owner or "",
        call.queue,
    )


def _facts(call: UndeliveredCall) -> Iterator[tuple[str, str]]:
    facts = {
        "id": call.identifier,
        "queue": call.queue,
        "shape": call.shape,
        "since": utc_minute(call.at),
        "schedule": call.schedule,
        "arn": call.arn,
        "was due": call.time,
        "owner": call.owner,
        "origin": call.origin,
        "reason": call.reason,
        "message": call.message,
        "status": call.status,
        "attempts": call.attempts,
        "run key": call.run_key,
        "replay": f"not possible: {call.obstacle}" if call.obstacle else "possible",
    }
    return ((name, value) for name, value in facts.items() if value is not None)
