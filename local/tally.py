"""The count of a session: which runs fell due, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from local.dispatcher import Kind, Notice, wire_time
from schedule_client.contract import run_key

if TYPE_CHECKING:
    from local.outcomes import Outcome

KEPT = timedelta(hours=1)


@dataclass(slots=True)
class Promise:
    """One run that fell due; `state` is what is known of it now."""

    arn: str
    scheduled: datetime
    state: str = "no answer yet"
    delivered: bool = False
    settled: bool = False

    @property
    def schedule(self) -> str:
        """The schedule's name."""
        return self.arn.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.schedule} of {wire_time(self.scheduled)}: {self.state}"


class Tally:
    """Runs by run key; notices of the dispatcher come in, and outcomes of the proxy."""

    def __init__(self) -> None:
        self._promises: dict[str, Promise] = {}
        self.delivered = 0

    def note(self, notice: Notice) -> None:
        """Count what the dispatcher says of a run."""
        if notice.scheduled is None or notice.kind is Kind.MISSED:
            return
        promise = self._promise(notice)
        if notice.kind in {Kind.DEAD, Kind.DROPPED}:
            promise.state, promise.settled = f"{notice.kind}, {notice.text}", True
        elif notice.kind is Kind.RETRYING:
            promise.state = f"not handed over yet, {notice.text}"
        elif not promise.settled:
            promise.state = "no answer yet"

    def settle(self, outcome: Outcome) -> Promise | None:
        """Count an answer; returns its run, if it is one of this session."""
        promise = self._promises.get(outcome.run_key) or self._oldest(outcome.schedule)
        if promise is None:
            return None
        self.delivered += outcome.delivered and not promise.delivered
        promise.delivered |= outcome.delivered
        promise.settled = True
        promise.state = "delivered" if promise.delivered else f"{outcome.verdict}, {outcome.reason or outcome.status}"
        return promise

    def waiting(self) -> int:
        """How many runs have no answer yet."""
        return sum(not promise.settled for promise in self._promises.values())

    def undelivered(self) -> list[Promise]:
        """The runs that were not delivered, by their time."""
        found = [promise for promise in self._promises.values() if not promise.delivered]
        return sorted(found, key=lambda promise: (promise.scheduled, promise.schedule))

    def forget(self, now: datetime) -> None:
        """Let go of what was delivered long ago."""
        self._promises = {
            key: promise
            for key, promise in self._promises.items()
            if not promise.delivered or promise.scheduled > now - KEPT
        }

    def _promise(self, notice: Notice) -> Promise:
        assert notice.scheduled is not None  # noqa: S101 - asked by the caller
        key = key_of(notice.target_arn, notice.arn, notice.scheduled)
        return self._promises.setdefault(key, Promise(notice.arn, notice.scheduled))

    def _oldest(self, schedule: str) -> Promise | None:
        """A call with a key of its caller's has a run key that the schedule does not tell."""
        waiting = [one for one in self._promises.values() if one.schedule == schedule and not one.settled]
        return min(waiting, key=lambda one: one.scheduled, default=None)


def key_of(target_arn: str, schedule_arn: str, scheduled: datetime) -> str:
    """The run key that the proxy gives a run: its origin is the alias by which it was invoked."""
    return run_key(target_arn.rpartition(":")[2], schedule_arn, wire_time(scheduled))
