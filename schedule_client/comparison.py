"""Comparison of an existing schedule with a requested one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

_MOST_LINES = 5
_MOST_CHARACTERS = 60
# A client only writes it if the deployed proxy knows it, so it says nothing about the request.
_MARK = "recurring"
_ABSENT = object()  # unlike null, which a body may have
# Arguments of CreateSchedule in which two recurring schedules differ.
_RECURRENCE = ("ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "EndDate")


def event_of(schedule: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event in a schedule; an empty one if its Input is not a JSON object."""
    try:
        event: object = json.loads(schedule.get("Target", {}).get("Input") or "{}")
    except ValueError:
        return {}
    return cast("dict[str, Any]", event) if isinstance(event, dict) else {}


def event_differences(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Return the differences between the events of two schedules (arguments or responses of the API), one line each."""
    ours, theirs = ({**event_of(each), _MARK: None} for each in (wanted, found))
    return _differences(ours, theirs, "")[:_MOST_LINES]


def recurrence_differences(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Return the differences between the times of two recurring schedules."""
    defaults = {**dict.fromkeys(_RECURRENCE, _ABSENT), "ScheduleExpressionTimezone": "UTC"}
    return [
        line
        for name in _RECURRENCE
        if (ours := wanted.get(name, defaults[name])) != (theirs := found.get(name, defaults[name]))
        for line in [_line(name, ours, theirs)]
    ]


def _differences(ours: Any, theirs: Any, where: str) -> list[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        left, right = cast("dict[str, Any]", ours), cast("dict[str, Any]", theirs)
        names = [*left, *(name for name in right if name not in left)]
        return [
            line
            for name in names
            for line in _differences(
                left.get(name, _ABSENT), right.get(name, _ABSENT), f"{where}.{name}" if where else name
            )
        ]
    return [] if _canonical(ours) == _canonical(theirs) else [_line(where, ours, theirs)]


def _line(where: str, ours: Any, theirs: Any) -> str:
    return f"{where} is {_short(theirs)} there and {_short(ours)} here"


def _short(value: object) -> str:
    text = "absent" if value is _ABSENT else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"


def _canonical(value: Any) -> str:
    return "" if value is _ABSENT else json.dumps(value, sort_keys=True)
