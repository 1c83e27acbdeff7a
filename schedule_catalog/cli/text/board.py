"""Board for people: one row per schedule, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from schedule_catalog.cli.output import Styled
from schedule_catalog.cli.text.table import aligned
from schedule_catalog.cli.text.terminal import Style
from schedule_catalog.operations.board import TROUBLE, RowState, decisive_run
from schedule_catalog.operations.runs import State, keyed, scheduled_of
from schedule_catalog.wording import counted, utc_minute

if TYPE_CHECKING:
    from schedule_catalog.cli.output import Line
    from schedule_catalog.operations import Board, BoardRow, RunRecord

_MARKS: Mapping[State, str] = {"delivered": "+", "undelivered": "x", "skipped": "-", "waiting": "r", "running": ">"}
_LEGEND = "runs, the newest last: + delivered, x undelivered, - skipped, r waits for a retry, > running"
_HEAD = ("state", "schedule", "owner", "runs", "last run", "next fire", "")


def board_lines(board: Board, owner: str | None = None) -> Iterator[Line]:
    """Yield the counts of the states, the rows, and the legend; limited to one owner if one is named."""
    board = replace(board, rows=tuple(row for row in board.rows if owner in (None, row.owner)))
    if not board.rows:
        yield "no schedules"
        return
    yield from _counts(board)
    head, *lines = aligned([_HEAD, *map(_row, board.rows)])
    yield head
    for line, row in zip(lines, board.rows, strict=True):
        yield _coloured(line, row.state)
    if board.truncated:
        yield "  applications have more schedules than this list"
    yield _LEGEND


def _counts(board: Board) -> Iterator[Line]:
    counts = ", ".join(f"{count} {state}" for state, count in board.counts.items())
    yield f"{counted(len(board.rows), 'schedule')}: {counts}"


def _row(row: BoardRow) -> tuple[str, ...]:
    runs = row.runs or ()
    return (
        row.state,
        row.name,
        row.owner or "",
        "".join(_MARKS[run.state] for run in reversed(runs)),
        _last(runs[0]) if runs else "",
        utc_minute(row.next_fire) if row.next_fire else "",
        _note(row),
    )


def _last(run: RunRecord) -> str:
    due = scheduled_of(run)
    return utc_minute(due) if due else keyed(run)


def _note(row: BoardRow) -> str:
    if row.state == "missed":
        return f"no run at {utc_minute(row.missed[0])}" + (f" and {len(row.missed) - 1} more" if row.missed[1:] else "")
    if row.state == "paused":
        return row.pauses[0].message
    if row.state in ("failing", "skipped", "retrying") and (run := decisive_run(row.runs or ())):
        reason = f"{run.reason} ({run.status})" if run.status and run.reason else run.reason
        return ": ".join(part for part in (reason, run.message) if part)
    return ""


def _coloured(line: str, state: RowState) -> Line:
    style = Style.ERROR if state in TROUBLE else Style.GOOD if state == "ok" else Style.WARNING
    start = line.index(state)
    return (line[:start], Styled(state, style), line[start + len(state) :])
