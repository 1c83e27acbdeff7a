"""One JSON line per attempt on standard output, without header values, bodies, queries or secrets."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TextIO

    from proxy.outcome import Outcome
    from proxy.run import Run


class AttemptLog:
    """Writes to `stream`, by default to whatever standard output is at that moment."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def attempt(self, run: Run | None, origin: str, outcome: Outcome, started: datetime, milliseconds: float) -> None:
        """One line for an attempt that began at `started`; `run` is None when the event could not be read."""
        schedule = run.schedule if run else None
        line = {
            "event": "attempt",
            "owner": run.request.owner if run else None,
            "schedule": schedule.name if schedule else None,
            "run_key": run.key if run else None,
            "origin": origin,
            "outcome": outcome.verdict,
            "reason": outcome.reason,
            "status": outcome.status,
            "milliseconds": round(milliseconds, 1),
            "lateness_seconds": round((started - schedule.due).total_seconds(), 1) if schedule else None,
            "message": outcome.message,
        }
        # One write, so that lines of other writers do not fall into it.
        print(json.dumps(line) + "\n", end="", file=self._stream or sys.stdout, flush=True)
