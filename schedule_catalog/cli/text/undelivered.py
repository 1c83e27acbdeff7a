"""Undelivered calls for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from schedule_catalog.cli.line.moments import in_utc
from schedule_catalog.cli.output import say
from schedule_catalog.cli.text.table import aligned

if TYPE_CHECKING:
    from schedule_catalog.operations import UndeliveredCall

_HEAD = ("id", "since", "schedule", "was due", "reason", "status", "attempts", "owner", "queue")


def show_list(letters: Sequence[UndeliveredCall], names: Mapping[str, str]) -> None:
    """Print one line each, the oldest first."""
    if letters:
        rows = [_HEAD, *(_row(letter, names[letter.identifier]) for letter in letters)]
        say(*aligned(rows, indent=""))
    say(f"{len(letters)} undelivered")


def show_one(letter: UndeliveredCall) -> None:
    """Print everything about one."""
    say(*aligned(list(_facts(letter)), indent=""))
    text = letter.body if letter.event is None else json.dumps(letter.event, ensure_ascii=False, indent=2)
    say("request" if letter.event is not None else "body")
    say(*(f"  {line}" for line in text.splitlines()))


def _row(letter: UndeliveredCall, name: str) -> tuple[str, ...]:
    return (
        name,
        in_utc(letter.at),
        letter.schedule or f"({letter.shape})",
        letter.time or "",
        letter.reason or "",
        letter.status or "",
        letter.attempts or "",
        letter.owner or "",
        letter.queue,
    )


def _facts(letter: UndeliveredCall) -> Iterator[tuple[str, str]]:
    facts = {
        "id": letter.identifier,
        "queue": letter.queue,
        "shape": letter.shape,
        "since": in_utc(letter.at),
        "schedule": letter.schedule,
        "arn": letter.arn,
        "was due": letter.time,
        "owner": letter.owner,
        "origin": letter.origin,
        "reason": letter.reason,
        "message": letter.message,
        "status": letter.status,
        "attempts": letter.attempts,
        "run key": letter.run_key,
        "replay": f"not possible: {letter.obstacle}" if letter.obstacle else "possible",
    }
    return ((name, value) for name, value in facts.items() if value is not None)
