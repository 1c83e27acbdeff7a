"""Result of a simulation, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import Any

from local.simulation.audit import ENDS, Audit, AuditedRun
from schedule_client.contract.times import wire_time

_COLUMNS = ("promised", "delivered", "undelivered", "skipped", "attempts", "late: median", "most")


def lines(audit: Audit) -> Iterator[str]:
    """A table of the schedules, each undelivered run with its reason, and the totals."""
    rows = [("schedule", *_COLUMNS), *(_cells(name, runs) for name, runs in _by_name(audit).items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "  ".join(cells)
    if given_up := list(_given_up(audit)):
        yield ""
        yield f"{len(given_up)} runs on the queues of undelivered runs:"
        yield from (f"  {one['time']} {one['schedule']}: {one['reason']}: {one['message']}" for one in given_up)
    yield ""
    yield from totals(audit)


def totals(audit: Audit) -> Iterator[str]:
    """The sums, and whether they add up."""
    ends = audit.ends
    yield f"promised {len(audit.runs)} = {_sum(ends, [end for end in ENDS if ends[end] or end == 'delivered'])}"
    if audit.told_twice:
        yield f"  of the delivered, {audit.told_twice} are on a queue too: it was unknown that they were"
    yield f"calls {audit.answers.total()} = {_sum(audit.answers, sorted(audit.answers))}"
    if audit.events:
        yield "happened: " + ", ".join(f"{count} {name}" for name, count in sorted(audit.events.items()))
    yield f"done by targets {audit.acts} = {audit.applied} runs + {audit.repeats} repeats"
    excuses = " + ".join(f"{count} {kind}" for kind, count in sorted(audit.excuses.items()) if count) or "nothing"
    yield f"repeats {audit.repeats}, at most {audit.excuses.total()} are explained: {excuses}"
    if audit.by_ledger:
        yield f"  {audit.by_ledger} of them by nothing but a ledger that was out of reach right after the call"
    yield from (f"FAULT: {fault}" for fault in audit.faults)
    yield "everything adds up" if not audit.faults else f"{len(audit.faults)} faults: this does not add up"


def document(audit: Audit) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "schedules": {name: _numbers(runs) for name, runs in _by_name(audit).items()},
        "undelivered": list(_given_up(audit)),
        "totals": {
            "promised": len(audit.runs),
            "ends": {end: audit.ends[end] for end in ENDS},
            "calls": dict(sorted(audit.answers.items())),
            "events": dict(sorted(audit.events.items())),
            "done": audit.acts,
            "applied": audit.applied,
            "repeats": audit.repeats,
            "by_ledger": audit.by_ledger,
            "explained": dict(sorted(audit.excuses.items())),
            "told_twice": audit.told_twice,
        },
        "faults": list(audit.faults),
    }


def _by_name(audit: Audit) -> dict[str, list[AuditedRun]]:
    found: dict[str, list[AuditedRun]] = {}
    for run in sorted(audit.runs, key=lambda run: run.name):
        found.setdefault(run.name, []).append(run)
    return found


def _numbers(runs: list[AuditedRun]) -> dict[str, Any]:
    ends = Counter(run.end for run in runs)
    late = [run.late_seconds for run in runs if run.late_seconds is not None]
    return {
        "promised": len(runs),
        **{end: ends[end] for end in ENDS},
        "attempts": sum(run.calls for run in runs),
        "late_seconds": {"median": round(median(late), 3), "most": round(max(late), 3)} if late else None,
    }


def _cells(name: str, runs: list[AuditedRun]) -> tuple[str, ...]:
    numbers = _numbers(runs)
    late = numbers["late_seconds"] or {"median": None, "most": None}
    shown = [str(numbers[column]) for column in _COLUMNS[:5]]
    return (name, *shown, *("-" if seconds is None else f"{seconds:.1f} s" for seconds in late.values()))


def _given_up(audit: Audit) -> Iterator[dict[str, str]]:
    for run in sorted(audit.runs, key=lambda run: (run.time, run.name)):
        for letter in run.letters[:1]:
            yield {
                "schedule": run.name,
                "time": wire_time(run.time),
                "end": run.end,
                "reason": letter.reason or "unknown",
                "message": letter.message or "",
            }


def _sum(counts: Counter[str], names: list[str]) -> str:
    return " + ".join(f"{counts[name]} {name}" for name in names) or "0"
