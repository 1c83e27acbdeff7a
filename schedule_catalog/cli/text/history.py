"""Runs for people: aligned tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.cli.line.moments import in_zone, span_text
from schedule_catalog.cli.output import say
from schedule_catalog.cli.text.pauses import act_lines
from schedule_catalog.cli.text.table import aligned
from schedule_catalog.operations.runs import attempts_made, by_hand, keyed, lateness_seconds, scheduled_of
from schedule_catalog.wording import counted, utc_minute

if TYPE_CHECKING:
    from schedule_catalog.operations import Missed, PauseAct, RunRecord, Search

_WORTH_SAYING_SECONDS = 60.0
_HEAD = ("due in UTC", "state", "attempts", "status", "", "reason")


def show_runs(runs: Sequence[RunRecord], timezone: str, acts: Sequence[PauseAct] = ()) -> None:
    """Print the runs of one schedule, the last one first, and its pauses."""
    if not runs:
        say("the run ledger has no runs of it")
    local = () if timezone == "UTC" else (f"due in {timezone}",)
    _print((*local, *_HEAD), [_run(record, timezone) for record in runs])
    say(*act_lines(acts))


def show_failed(runs: Sequence[RunRecord], since: datetime, acts: Sequence[PauseAct] = ()) -> None:
    """Print runs of several schedules, and what was paused."""
    rows = [(record.schedule or record.partition, record.owner or "", *_run(record, "UTC")) for record in runs]
    _print(("schedule", "owner", *_HEAD), rows)
    count = sum(record.state == "undelivered" for record in runs)
    say(f"{count} undelivered, {len(runs) - count} skipped since {utc_minute(since)}")
    say(*act_lines(acts))


def show_missed(search: Search) -> None:
    """Print the fires without a run."""
    _print(("schedule", "owner", "due", "UTC", ""), [_missed(each) for each in search.missed])
    doubtful = sum(each.doubt for each in search.missed)
    also = f", {doubtful} more in doubt" if doubtful else ""
    say(f"{len(search.missed) - doubtful} missed since {utc_minute(search.since)}{also}")
    if search.absent:
        say(f'not in AWS, so they never fire: {", ".join(search.absent)} (see "schedules status")')


def _run(record: RunRecord, timezone: str) -> tuple[str, ...]:
    """One run: due time, outcome, number of attempts, delay, and reason."""
    due, late = scheduled_of(record), lateness_seconds(record)
    local = () if timezone == "UTC" else (in_zone(due, timezone) if due else "",)
    return (
        *local,
        utc_minute(due) if due else keyed(record),
        record.state,
        counted(attempts_made(record), "attempt"),
        "" if record.status is None else str(record.status),
        ", ".join(_how(record, late)),
        ": ".join(part for part in (record.reason, record.message) if part),
    )


def _how(record: RunRecord, late: float | None) -> Iterator[str]:
    if late is not None:
        yield f"{span_text(late)} late"
    if record.waited is not None and record.waited >= _WORTH_SAYING_SECONDS:
        yield f"waited {span_text(record.waited)}"
    if by_hand(record):
        yield "by hand"


def _missed(missed: Missed) -> tuple[str, ...]:
    entry = missed.entry
    notes = ["in doubt: it was changed later, and may have had other times"] if missed.doubt else []
    if entry.timing.free_interval:
        notes.append(f"the last run was at {utc_minute(missed.last)}" if missed.last else "no run found at all")
    return (
        entry.name,
        entry.owner,
        in_zone(missed.scheduled, entry.timing.timezone),
        utc_minute(missed.scheduled),
        "; ".join(notes),
    )


def _print(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    say(*aligned([head, *rows], indent="") if rows else ())
