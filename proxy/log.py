"""JSON lines on standard output: one for the result of each event, including its attempt.

No line contains header values, bodies, queries or secrets, and none is longer than a log event may be, whatever is in
the event.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from proxy.metrics import NOBODY, Metrics
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TextIO

    from proxy.metrics import State
    from proxy.outcome import Outcome
    from proxy.run import Run
    from schedule_client.contract.ledger import RunRecord

MAX_TEXT, MAX_MESSAGE, MAX_LABELS = 200, 1000, 20


class Log:
    """Writes the lines of one stack to `stream`, by default to the current standard output."""

    def __init__(self, project: str, stack: str, stream: TextIO | None = None) -> None:
        self._stream, self._metrics = stream, Metrics(project, stack)

    def attempt(self, run: Run, outcome: Outcome, started: datetime) -> None:
        """Write one line for an attempt that began at `started` (aware) and has no line for its event."""
        self._write({"event": "attempt", **_about(run, run.origin, started), **_of(outcome)})

    def settled(
        self,
        run: Run | None,
        state: State,
        outcome: Outcome | None,
        started: datetime,
        origin: str = "",
        due: datetime | None = None,
        owner: str = NOBODY,
        skipped: RunRecord | None = None,
    ) -> None:
        """Write one line, which CloudWatch counts, for the result of an event that came at `started` (aware).

        `run` is None for an unreadable event, and `origin` is then its origin; `outcome` is None without an attempt;
        `due` is the next attempt of a waiting run; `owner` is the owner for whom it counts;
        `skipped` is the record of a skipped run.
        """
        line = {"event": "outcome", **_about(run, run.origin if run else origin, started), "state": state}
        line["due"] = wire_time(due, "milliseconds") if due else None
        metrics = self._metrics.members(run, owner, state, outcome, started, _lateness(run, started))
        repeated = {"outcome": None} if state == "delivered" else {}
        why = {"reason": skipped.reason, "message": _cut(skipped.message, MAX_MESSAGE)} if skipped else {}
        self._write({**line, **_of(outcome), **repeated, **why, **metrics})

    def _write(self, line: dict[str, Any]) -> None:
        # Log lines are charged by the byte. One write, so that lines of other writers do not interrupt it.
        text = json.dumps({name: value for name, value in line.items() if value is not None}, separators=(",", ":"))
        print(text + "\n", end="", file=self._stream or sys.stdout, flush=True)


def _about(run: Run | None, origin: str, started: datetime) -> dict[str, Any]:
    schedule = run.schedule if run else None
    return {
        "at": wire_time(started, "milliseconds"),
        "owner": _cut(run.request.owner) if run else None,
        "schedule": run.name if run else None,
        "scheduled_time": schedule.time if schedule else None,
        "run_key": run.key if run else None,
        "origin": origin,
        "attempt": run.attempt if run else None,
        "lateness_seconds": _rounded(_lateness(run, started)),
        "labels": _labels(run) or None,
    }


def _of(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {}
    return {
        "outcome": outcome.verdict,
        "reason": outcome.reason,
        "status": outcome.status,
        "milliseconds": _rounded(outcome.milliseconds),
        "traceparent": outcome.traceparent,
        "message": _cut(outcome.message, MAX_MESSAGE),
    }


def _lateness(run: Run | None, started: datetime) -> float | None:
    """Seconds after the start of the run's age; a run within a flexible window is not late."""
    return max(0.0, (started - run.begins).total_seconds()) if run and run.begins else None


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)


def _labels(run: Run | None) -> dict[str, str | None]:
    labels = run.request.labels if run else dict[str, str]()
    return {key[:MAX_TEXT]: _cut(labels[key]) for key in sorted(labels)[:MAX_LABELS]}


def _cut(text: str | None, most: int = MAX_TEXT) -> str | None:
    return text if text is None or len(text) <= most else text[: most - 1] + "…"
