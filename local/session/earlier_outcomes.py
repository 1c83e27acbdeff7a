"""Outcomes of runs that earlier sessions left, from their log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from local.errors import LogUnreadableError
from local.session.outcomes import LoggedOutcome, OutcomeState, Remark
from local.session.promises import key_of
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import Self

    from local.dispatcher import Run

# How long an unreadable log is waited for, in seconds before each further time.
PAUSES = (1.0, 2.0, 4.0)


class ReadableLog(Protocol):
    """The lines of a log."""

    def read(self) -> Iterable[LoggedOutcome | Remark]:
        """Return them in their order; raises LogUnreadableError."""
        ...


class EarlierOutcomes:
    """The last state of each run, from the lines of the log in their order."""

    def __init__(self, lines: Iterable[LoggedOutcome | Remark]) -> None:
        self._states: dict[object, OutcomeState] = {}
        for line in lines:
            if isinstance(line, LoggedOutcome) and line.state not in {OutcomeState.DUPLICATE, OutcomeState.UNKNOWN}:
                self._states[line.run_key] = self._states[line.schedule, line.scheduled_time] = line.state

    @classmethod
    def read(cls, log: ReadableLog, emulator_log: Path, wait: Callable[[float], object] = time.sleep) -> Self:
        """Read a log that must be read: a run without an outcome counts as lost and is made again.

        Raises LogUnreadableError if it cannot be read for some seconds; `emulator_log` may say why.
        """
        for seconds in PAUSES:
            try:
                return cls(log.read())
            except LogUnreadableError:
                wait(seconds)
        try:
            return cls(log.read())
        except LogUnreadableError as error:
            raise LogUnreadableError(
                f"{error}; it says which runs of earlier sessions were delivered, and without it they would be made "
                f'again: see the end of "{emulator_log}", which the next start overwrites, and start again'
            ) from error

    def of(self, run: Run) -> OutcomeState:
        """The state of a run, known by its key or, where its caller chose that, by its schedule and its time."""
        by_key = self._states.get(key_of(run.target_arn, run.arn, run.scheduled))
        return by_key or self._states.get((run.name, wire_time(run.scheduled)), OutcomeState.UNKNOWN)
