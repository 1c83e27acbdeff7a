"""Data in the page, for the scripts in `assets/`.

Keys without information are absent. Times are minutes after `from`, which is in minutes after 1970 (UTC).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from schedule_catalog.expressions import IANA_VERSION

if TYPE_CHECKING:
    from schedule_catalog.pages.report.marks import Mark
    from schedule_catalog.pages.report.report import Report
    from schedule_catalog.pages.report.rows import Row
    from schedule_catalog.pages.report.week import Week

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def data_json(report: Report) -> str:
    """Return the report as JSON that is safe inside a `script` element: no value can end it or begin a comment."""
    data = {
        "from": int((report.start - _EPOCH).total_seconds()) // 60,
        "written": int((report.written - _EPOCH).total_seconds()) // 60,
        "stack": report.stack,
        "project": report.origin.project,
        "commit": report.origin.commit,
        "edited": report.origin.edited,
        "schedules": report.schedules,
        "errors": report.errors,
        "iana": IANA_VERSION,
        "timings": [_week(week) for week in report.weeks],
        "rows": [_row(row) for row in report.rows],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    # A lone surrogate has no UTF-8 form.
    return text.encode("utf-8", "backslashreplace").decode()


def _week(week: Week) -> list[object]:
    """Return (calls in the week, in a month, runs, next fires, runs left out); the last three are flat numbers.

    The last is missing if nothing is left out.
    """
    upcoming = [number for fire in week.upcoming for number in fire]
    left_out = [_flat(week.left_out)] if week.left_out else []
    return [week.calls, round(week.monthly, 1), _flat(week.runs), upcoming, *left_out]


def _flat(runs: Iterable[tuple[int, int, int]]) -> list[int]:
    """Tell the first of a run from the last of the run before."""
    flat: list[int] = []
    before = 0
    for first, step, count in runs:
        flat += (first - before, step, count)
        before = first + step * (count - 1)
    return flat


def _row(row: Row) -> Mapping[str, Any]:
    entry, timing = row.entry, row.entry.timing
    values = {
        "name": entry.name,
        "owner": entry.owner,
        "stacks": row.stacks,
        "expression": timing.expression,
        "timezone": timing.timezone,
        "timing": row.week,
        "free": row.free or None,
        "state": None if row.state == "active" else row.state,
        "target": row.target,
        "description": entry.description,
        "start": timing.start and timing.start.isoformat(" ", "minutes"),
        "end": timing.end and timing.end.isoformat(" ", "minutes"),
        "pause": timing.pause and f"{timing.pause.until.isoformat(' ', 'minutes')}: {timing.pause.reason}",
        "notOn": [each.title for each in timing.not_on],
        "freezes": [each.title for each in timing.freezes],
        "firesInFreezes": entry.fires_in_freezes,
        "window": timing.flexible_window_minutes,
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
