"""Board of a stack: one row per schedule, with its state in one word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from schedule_catalog.operations.access import QUERIES_AT_ONCE
from schedule_catalog.operations.board_memory import LOOK_BACK, RUNS, BoardMemory, RunsRead
from schedule_catalog.operations.concurrency import answers
from schedule_catalog.operations.lookup import Identity, identity_of
from schedule_catalog.operations.missed import missed_of
from schedule_catalog.operations.pauses import subject_of
from schedule_catalog.operations.runs import last_fire
from schedule_catalog.operations.schedules import ScheduleSummary, list_schedules
from schedule_catalog.timing import LAST
from schedule_client.contract.origins import CATALOG
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schedule_catalog.entry import Entry
    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.inventory import Inventory
    from schedule_catalog.operations.runs import RunRecord
    from schedule_catalog.operations.schedules import FoundSchedule
    from schedule_catalog.operations.status import StackStatus
    from schedule_client.contract.pauses import RunTimePause

RowState: TypeAlias = Literal[
    "failing", "missed", "missing", "changed", "extra", "paused", "skipped", "retrying", "disabled", "finished", "new",
    "ok",
]  # fmt: skip
STATES: tuple[RowState, ...] = get_args(RowState)
"""States of a row, worst first; docs/operate.md explains each of them, with the action."""

TROUBLE: frozenset[RowState] = frozenset(("failing", "missed", "missing", "changed", "extra"))
"""States that need attention."""

MOST_RUN_TIME = 1_000
"""Number of applications' schedules on a board; an application may have a million pending ones."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One schedule.

    origin: `catalog`, or that of the application with its name prefix.
    entry: its entry in the catalog; None if it is only in AWS.
    target: method and address of its call.
    next_fire: UTC; None if it no longer fires, or if only AWS knows the time (a rate that has not run).
    runs: the latest ones, the newest first; None without a run ledger.
    missed: its fires of the last day without a run.
    pauses: the run-time pauses that hold its calls now.
    """

    name: str
    group: str
    origin: str
    owner: str | None
    state: RowState
    target: str | None
    entry: Entry | None
    next_fire: datetime | None
    runs: tuple[RunRecord, ...] | None
    missed: tuple[datetime, ...]
    pauses: tuple[RunTimePause, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """Rows of a stack, worst first, then by name; `truncated` if applications have more schedules."""

    rows: tuple[BoardRow, ...]
    truncated: bool

    @property
    def counts(self) -> Mapping[RowState, int]:
        """Return the number of rows in each state, worst first, without empty states."""
        states = [row.state for row in self.rows]
        return {state: count for state in STATES if (count := states.count(state))}


@dataclass(frozen=True, slots=True)
class _Subject:
    """Facts about a schedule before its runs are read."""

    identity: Identity
    entry: Entry | None
    summary: ScheduleSummary | None
    found: FoundSchedule | None
    finished: bool = False


def board(
    stack: Deployed,
    entries: Sequence[Entry],
    inventory: Inventory,
    status: StackStatus,
    now: datetime,
    memory: BoardMemory | None = None,
    services: Mapping[str, str] | None = None,
) -> Board:
    """Return the board of a stack: the catalog's schedules and, up to MOST_RUN_TIME, those of its applications.

    services: their base URLs, with which the pause of a service covers calls by URL too.

    Reads are concurrent: GetSchedule for schedules that the inventory lacks, and one query of the ledger per schedule.
    """
    changed = {each.name for each in status.changed}
    memory = memory or BoardMemory()
    of_applications, truncated = _of_applications(stack, memory)
    subjects = [*_of_catalog(stack, entries, inventory, memory), *of_applications]
    group = stack.manifest.catalog_group
    memory.keep(
        {*(each.identity.arn for each in subjects), *(stack.schedule_arn(group, each.name) for each in entries)}
    )
    first = max(now - LOOK_BACK, memory.remembers_since(stack, now)) if stack.manifest.ledger_table else None

    def row(subject: _Subject) -> BoardRow:
        timing = subject.found.timing if subject.found else None
        read = None if first is None else memory.runs(stack, subject.identity, timing, now)
        missed = _missed(subject, read, first, now) if first is not None and read is not None else ()
        pauses = _pauses(stack, subject, status, services, now)
        return _row(subject, read and read.runs, missed, subject.identity.name in changed, pauses, now)

    rows = answers(row, subjects, QUERIES_AT_ONCE)
    return Board(tuple(sorted(rows, key=lambda row: (STATES.index(row.state), row.origin, row.name))), truncated)


def _of_catalog(stack: Deployed, entries: Sequence[Entry], inventory: Inventory, memory: BoardMemory) -> list[_Subject]:
    group, wanted = stack.manifest.catalog_group, {entry.name: entry for entry in entries}
    unread = [summary for name, summary in inventory.listed.items() if name not in inventory.found]
    found = {**inventory.found, **memory.schedules(stack, group, unread)}
    return [
        _Subject(
            identity_of(stack, group, name),
            wanted.get(name),
            inventory.listed.get(name),
            found.get(name),
            finished=name in wanted and inventory.wanted[name] is None,
        )
        for name in sorted(wanted.keys() | inventory.listed.keys())
        # A finished one without a schedule in AWS is history.
        if name in inventory.listed or inventory.wanted[name] is not None
    ]


def _of_applications(stack: Deployed, memory: BoardMemory) -> tuple[list[_Subject], bool]:
    group = stack.manifest.adhoc_group
    listed = list_schedules(stack, group, MOST_RUN_TIME + 1)
    shown = listed[:MOST_RUN_TIME]
    found = memory.schedules(stack, group, shown)
    # A schedule that fires meanwhile deletes itself.
    subjects = [
        _Subject(identity_of(stack, group, each.name), None, each, found[each.name])
        for each in shown
        if each.name in found
    ]
    return subjects, len(listed) > len(shown)


def _missed(subject: _Subject, read: RunsRead, first: datetime, now: datetime) -> tuple[datetime, ...]:
    """Fires without a run since *first*, or since the oldest run that was read if there may be more."""
    if subject.entry is None or subject.summary is None or subject.found is None:
        return ()
    timing = subject.found.timing_like(subject.entry)
    since = max(first, read_instant(read.runs[-1].sort.partition("#")[0])) if read.cut else first
    found = missed_of(subject.entry, timing, subject.summary, lambda begin: read.runs, since, now)
    return tuple(each.scheduled for each in found if not each.doubt)


def _pauses(
    stack: Deployed, subject: _Subject, status: StackStatus, services: Mapping[str, str] | None, now: datetime
) -> tuple[RunTimePause, ...]:
    if status.pauses is None or subject.found is None:
        return ()
    return status.pauses.holding(subject_of(stack, subject.found, services), now.timestamp())


def _row(
    subject: _Subject,
    runs: tuple[RunRecord, ...] | None,
    missed: tuple[datetime, ...],
    changed: bool,
    pauses: tuple[RunTimePause, ...],
    now: datetime,
) -> BoardRow:
    entry, found = subject.entry, subject.found
    return BoardRow(
        name=subject.identity.name,
        group=subject.identity.group,
        origin=subject.identity.origins[0],
        owner=entry.owner if entry else _owner(found),
        state=_state(subject, runs or (), missed, changed, bool(pauses)),
        target=_target(found),
        entry=entry,
        next_fire=_next_fire(found, entry, runs or (), now) if found else None,
        runs=None if runs is None else runs[:RUNS],
        missed=missed,
        pauses=pauses,
    )


def _state(
    subject: _Subject, runs: tuple[RunRecord, ...], missed: tuple[datetime, ...], changed: bool, paused: bool
) -> RowState:
    """Worst state that applies to a schedule."""
    decisive = decisive_run(runs)
    last = decisive.state if decisive else None
    of_catalog = subject.identity.origins[0] == CATALOG
    tests: tuple[tuple[RowState, bool], ...] = (
        ("failing", last == "undelivered"),
        ("missed", bool(missed)),
        ("missing", subject.summary is None),
        ("changed", changed),
        ("extra", of_catalog and subject.entry is None),
        ("paused", paused),
        ("skipped", last == "skipped"),
        ("retrying", last == "waiting"),
        ("finished", subject.finished),
        ("disabled", subject.found is not None and bool(subject.found.timing.off)),
        ("new", not runs),
    )
    for state, is_true in tests:
        if is_true:
            return state
    return "ok"


def decisive_run(runs: Sequence[RunRecord]) -> RunRecord | None:
    """Return the newest run that is not in progress, whose outcome is the state of the schedule."""
    return next((run for run in runs if run.state != "running"), None)


def _next_fire(found: FoundSchedule, entry: Entry | None, runs: Sequence[RunRecord], now: datetime) -> datetime | None:
    """Next fire that counts, by the data in AWS, which decides; a rate without a start goes on from its newest run."""
    if found.fires_are_known:
        return next(iter(found.upcoming(entry, now, 1)), None)
    timing, last = found.timing_like(entry), last_fire(runs)
    due = last + timing.interval if last and timing.interval else None
    return next(timing.fires(due, LAST, due), None) if due and due > now else None


def _target(found: FoundSchedule | None) -> str | None:
    if found is None:
        return None
    method, url, service, path = (found.event.get(name) for name in ("method", "target_url", "service", "path"))
    address = url if isinstance(url, str) else f"{service}: {path}" if service else None
    return f"{method} {address}" if address else None


def _owner(found: FoundSchedule | None) -> str | None:
    owner = found.event.get("owner") if found else None
    return owner if isinstance(owner, str) else None
