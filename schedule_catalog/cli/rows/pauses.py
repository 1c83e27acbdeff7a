"""Pauses as JSON, for other programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from schedule_catalog.cli import as_json

if TYPE_CHECKING:
    from schedule_catalog.operations import PauseAct, PauseEffect, RunTimePause


def show_made(made: RunTimePause, effect: PauseEffect) -> None:
    """Print a new pause, and what it will do."""
    members = {"schedules": effect.schedules, "skipped": effect.skipped, "waiting": effect.waiting}
    as_json.show("pause", {"pause": pause_row(made), **members, "truncated": effect.truncated})


def show_ended(ended: RunTimePause) -> None:
    """Print the pause that was ended."""
    as_json.show("resume", {"pause": pause_row(ended)})


def pause_row(pause: RunTimePause) -> dict[str, Any]:
    """Return one pause; a schedule is named by its ARN."""
    return {
        "scope": pause.scope,
        "name": pause.name or None,
        "since": _instant(pause.since),
        "until": _instant(pause.until),
        "reason": pause.reason,
        "by": pause.by,
    }


def act_row(act: PauseAct) -> dict[str, Any]:
    """Return one act of the pauses' history."""
    return {"act": act.act, "at": as_json.instant(act.at), "by": act.by, "pause": pause_row(act.pause)}


def _instant(seconds: int) -> str | None:
    return as_json.instant(datetime.fromtimestamp(seconds, UTC))
