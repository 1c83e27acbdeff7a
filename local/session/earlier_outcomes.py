"""Outcomes of runs that earlier sessions left, from their log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.session.outcomes import LoggedOutcome, OutcomeState, Remark
from local.session.promises import key_of
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.dispatcher import Run


class EarlierOutcomes:
    """The last state of each run, from the lines of the log in their order."""

    def __init__(self, lines: Iterable[LoggedOutcome | Remark]) -> None:
        self._states: dict[object, OutcomeState] = {}
        for line in lines:
            if isinstance(line, LoggedOutcome) and line.state not in {OutcomeState.DUPLICATE, OutcomeState.UNKNOWN}:
                self._states[line.run_key] = self._states[line.schedule, line.scheduled_time] = line.state

    def of(self, run: Run) -> OutcomeState:
        """The state of a run, known by its key or, where its caller chose that, by its schedule and its time."""
        by_key = self._states.get(key_of(run.target_arn, run.arn, run.scheduled))
        return by_key or self._states.get((run.name, wire_time(run.scheduled)), OutcomeState.UNKNOWN)
