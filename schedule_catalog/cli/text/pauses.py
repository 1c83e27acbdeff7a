"""Pauses for people: what is paused now, and what was paused and resumed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.cli.text.table import aligned
from schedule_catalog.wording import utc_minute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schedule_catalog.operations import PauseAct, Pauses, RunTimePause


def pause_lines(pauses: Pauses | None, now: datetime) -> Iterator[str]:
    """Yield the pauses that hold; None if they cannot be read."""
    if pauses is None:
        yield "pauses: unknown, as the permission dynamodb:GetItem is missing"
        return
    current = pauses.current(now.timestamp())
    if current:
        yield from aligned([("paused", "until", "by", "reason"), *map(_row, current)], indent="")


def act_lines(acts: Sequence[PauseAct]) -> Iterator[str]:
    """Yield what was paused and resumed."""
    rows = [(utc_minute(act.at), _DONE[act.act], *_row(act.pause)[:2], _who(act.by), act.pause.reason) for act in acts]
    if rows:
        yield from aligned([("at", "", "what", "until", "by", "reason"), *rows], indent="")


_DONE = {"pause": "paused", "resume": "resumed"}


def _row(pause: RunTimePause) -> tuple[str, str, str, str]:
    return pause.title, utc_minute(pause.ends), _who(pause.by), pause.reason


def _who(arn: str) -> str:
    """Person or role of an ARN."""
    return arn.rpartition(":")[2]
