"""What became of a simulation, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import Any

from local.dispatcher import wire_time
from local.simulation.audit import ENDS, RunTally, Tally

_COLUMNS = ("promised", "delivered", "undelivered", "skipped", "attempts", "late: median", "most")


def lines(tally: Tally) -> Iterator[str]:
    """A table of the schedules, each undelivered run with its reason, and the totals."""
    rows = [("schedule", *_COLUMNS), *(_cells(name, runs) for name, runs in _by_name(tally).items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "  ".join(cells)
    if given_up := list(_given_up(tally)):
        yield ""
        yield f"{len(given_up)} runs on the queues of undelivered runs:"
        yield from (f"  {one['time']} {one['schedule']}: {one['reason']}: {one['message']}" for one in given_up)
    yield ""
    yield from totals(tally)


def totals(tally: Tally) -> Iterator[str]:
    """The sums, and whether they add up."""
    ends = tally.ends
    yield f"promised {len(tally.runs)} = {_sum(ends, [end for end in ENDS if ends[end] or end == 'delivered'])}"
    if tally.told_twice:
        yield f"  of the delivered, {tally.told_twice} lie on a queue too: nobody could know that they were"
    yield f"calls {tally.answers.total()} = {_sum(tally.answers, sorted(tally.answers))}"
    if tally.events:
        yield "happened: " + ", ".join(f"{count} {name}" for name, count in sorted(tally.events.items()))
    yield f"done by targets {tally.acts} = {tally.applied} runs + {tally.repeats} repeats"
    excuses = " + ".join(f"{count} {kind}" for kind, count in sorted(tally.excuses.items()) if count) or "nothing"
    yield f"repeats {tally.repeats}, at most {tally.excuses.total()} are explained: {excuses}"
    if tally.by_ledger:
        yield f"  {tally.by_ledger} of them by nothing but a ledger that was out of reach right after the call"
    yield from (f"FAULT: {fault}" for fault in tally.faults)
    yield "everything adds up" if not tally.faults else f"{len(tally.faults)} faults: this does not add up"


def document(tally: Tally) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "schedules": {name: _numbers(runs) for name, runs in _by_name(tally).items()},
        "undelivered": list(_given_up(tally)),
        "totals": {
            "promised": len(tally.runs),
            "ends": {end: tally.ends[end] for end in ENDS},
            "calls": dict(sorted(tally.answers.items())),
            "events": dict(sorted(tally.events.items())),
            "done": tally.acts,
            "applied": tally.applied,
            "repeats": tally.repeats,
            "by_ledger": tally.by_ledger,
            "explained": dict(sorted(tally.excuses.items())),
            "told_twice": tally.told_twice,
        },
        "faults": list(tally.faults),
    }


def _by_name(tally: Tally) -> dict[str, list[RunTally]]:
    found: dict[str, list[RunTally]] = {}
    for run in sorted(tally.runs, key=lambda run: run.name):
        found.setdefault(run.name, []).append(run)
    return found


def _numbers(runs: list[RunTally]) -> dict[str, Any]:
    ends = Counter(run.end for run in runs)
    late = [run.late_seconds for run in runs if run.late_seconds is not None]
    return {
        "promised": len(runs),
        **{end: ends[end] for end in ENDS},
        "attempts": sum(run.calls for run in runs),
        "late_seconds": {"median": round(median(late), 3), "most": round(max(late), 3)} if late else None,
    }


def _cells(name: str, runs: list[RunTally]) -> tuple[str, ...]:
    numbers = _numbers(runs)
    late = numbers["late_seconds"] or {"median": None, "most": None}
    shown = [str(numbers[column]) for column in _COLUMNS[:5]]
    return (name, *shown, *("-" if seconds is None else f"{seconds:.1f} s" for seconds in late.values()))


def _given_up(tally: Tally) -> Iterator[dict[str, str]]:
    for run in sorted(tally.runs, key=lambda run: (run.time, run.name)):
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
