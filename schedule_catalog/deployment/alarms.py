"""Descriptions of the stack's alarms: what an alarm means, and the heading of its runbook."""

from __future__ import annotations

_RUNBOOKS = "docs/alarms.md#alarm-"
_ACTION = "; what to do: "


def alarm_description(means: str, runbook: str) -> str:
    """Return the description of an alarm."""
    return f"{means}{_ACTION}{_RUNBOOKS}{runbook}"


def read_description(text: str) -> tuple[str, str | None]:
    """Return the meaning in a description, and its runbook, if it names one."""
    means, _, place = text.partition(_ACTION)
    return means, place.removeprefix(_RUNBOOKS) if place.startswith(_RUNBOOKS) else None
