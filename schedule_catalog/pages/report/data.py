"""The data inside the page: what the scripts in `assets/` read.

Absent keys are those that say nothing. Times are minutes after `from`, which is in minutes after 1970 (UTC).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from schedule_catalog.expressions import IANA_VERSION

if TYPE_CHECKING:
    from schedule_catalog.pages.report.marks import Mark
    from schedule_catalog.pages.report.report import Report
    from schedule_catalog.pages.report.rows import Row
    from schedule_catalog.pages.report.timing import Timing

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def data_json(report: Report) -> str:
    """Return the report as JSON that can stand inside a `script` element: no value can end it or begin a comment."""
    data = {
        "from": int((report.start - _EPOCH).total_seconds()) // 60,
        "stack": report.stack,
        "errors": report.errors,
        "iana": IANA_VERSION,
        "timings": [_timing(timing) for timing in report.timings],
        "rows": [_row(row) for row in report.rows],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    # A lone surrogate has no UTF-8 form.
    return text.encode("utf-8", "backslashreplace").decode()


def _timing(timing: Timing) -> list[object]:
    """Return (calls in the week, in a month, runs, next fires) with the numbers of the last two flat.

    The first of a run is told from the last of the run before.
    """
    flat: list[int] = []
    before = 0
    for first, step, count in timing.runs:
        flat += (first - before, step, count)
        before = first + step * (count - 1)
    return [timing.calls, round(timing.monthly, 1), flat, [number for fire in timing.upcoming for number in fire]]


def _row(row: Row) -> Mapping[str, Any]:
    entry = row.entry
    values = {
        "name": entry.name,
        "owner": entry.owner,
        "stacks": row.stacks,
        "expression": entry.expression,
        "timezone": entry.timezone,
        "timing": row.timing,
        "state": None if row.state == "active" else row.state,
        "target": row.target,
        "description": entry.description,
        "start": entry.start and entry.start.isoformat(" ", "minutes"),
        "end": entry.end and entry.end.isoformat(" ", "minutes"),
        "window": entry.flexible_window_minutes,
        "overlap": None if entry.overlap == "allow" else entry.overlap,
        "labels": dict(entry.labels),
        "runbook": entry.runbook,
        "place": f"{entry.place.path}:{entry.place.line}",
        "marks": [_mark(mark) for mark in row.marks],
    }
    return {key: value for key, value in values.items() if value not in (None, "", {}, [])}


def _mark(mark: Mark) -> Mapping[str, object]:
    values = {"rule": mark.rule, "messages": mark.messages, "accepted": mark.accepted}
    return {key: value for key, value in values.items() if value is not None}
