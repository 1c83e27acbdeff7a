"""Undelivered calls for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    say(*aligned(list(call.facts), indent=""))
    say("request" if call.event is not None else "body")
    say(*(f"  {line}" for line in call.content.splitlines()))


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
