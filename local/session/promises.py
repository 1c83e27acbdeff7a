"""The count of a session: which runs fell due, and what became of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from local.dispatcher import Notice, NoticeKind
from local.session.outcomes import FINAL, OutcomeState
from schedule_catalog.wording import counted
from schedule_client.contract.run_keys import run_key
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from local.session.outcomes import LoggedOutcome

KEPT = timedelta(hours=1)
NO_ANSWER = "no answer yet"
_COUNTED = {
    OutcomeState.DELIVERED: "delivered",
    OutcomeState.UNDELIVERED: "undelivered",
    OutcomeState.SKIPPED: "skipped",
    OutcomeState.WAITING: "still waiting for the next attempt",
    OutcomeState.UNKNOWN: "without an answer",
}


@dataclass(slots=True)
class Promise:
    """One run that fell due; `words` say what is known of it now, `attempt` how many attempts there were."""

    arn: str
    scheduled: datetime
    state: OutcomeState = OutcomeState.UNKNOWN
    words: str = NO_ANSWER
    attempt: int = 0

    @property
    def schedule(self) -> str:
        """The schedule's name."""
        return self.arn.rpartition("/")[2]

    @property
    def settled(self) -> bool:
        """Whether nothing more will become of it by itself."""
        return self.state in FINAL

    def __str__(self) -> str:
        return f"{self.schedule} of {wire_time(self.scheduled)}: {self.words}"


class Promises:
    """Runs by run key; notices of the dispatcher come in, and outcomes of the proxy."""

    def __init__(self) -> None:
        self._by_key: dict[str, Promise] = {}
        self._forgotten: Counter[OutcomeState] = Counter()
        self.duplicates = 0
        self.repeated = 0  # delivered, but not by the first attempt

    def note(self, notice: Notice) -> None:
        """Count what the dispatcher says of a run."""
        if notice.scheduled is None:
            return
        promise = self._promise(key_of(notice.target_arn, notice.arn, notice.scheduled), notice.arn, notice.scheduled)
        if notice.kind in {NoticeKind.DEAD, NoticeKind.DROPPED}:
            promise.state, promise.words = OutcomeState.UNDELIVERED, f"{notice.kind}, {notice.text}"
        elif notice.kind is NoticeKind.RETRYING and promise.state is OutcomeState.UNKNOWN:
            promise.words = f"not handed over yet, {notice.text}"
        elif promise.state is OutcomeState.UNKNOWN:
            promise.words = NO_ANSWER

    def expect(self, key: str, arn: str, scheduled: datetime) -> None:
        """Count a run of an earlier session that still waits for its next attempt."""
        promise = self._promise(key, arn, scheduled)
        promise.state, promise.words = OutcomeState.WAITING, "waiting for its next attempt since the last session"

    def settle(self, outcome: LoggedOutcome) -> Promise | None:
        """Count what the proxy says; returns its run, if it is one of this session."""
        self.duplicates += outcome.state is OutcomeState.DUPLICATE
        promise = self._by_key.get(outcome.run_key) or self._of_its_schedule(outcome)
        if promise is None or outcome.state is OutcomeState.DUPLICATE or promise.state is OutcomeState.DELIVERED:
            return promise
        if outcome.state is OutcomeState.UNKNOWN and promise.settled:
            return promise
        self.repeated += outcome.delivered and outcome.attempt > 1
        promise.state, promise.attempt, promise.words = outcome.state, outcome.attempt, _words(outcome)
        return promise

    def open(self) -> int:
        """Number of runs without a result so far."""
        return sum(promise.state is OutcomeState.UNKNOWN for promise in self._by_key.values())

    def waiting(self) -> int:
        """Number of runs that will be retried."""
        return sum(promise.state is OutcomeState.WAITING for promise in self._by_key.values())

    def counts(self) -> dict[OutcomeState, int]:
        """Number of runs in each state; together they are all that were due."""
        return self._forgotten + Counter(promise.state for promise in self._by_key.values())

    def not_delivered(self) -> list[Promise]:
        """The runs that were not delivered, by their time."""
        found = [promise for promise in self._by_key.values() if promise.state is not OutcomeState.DELIVERED]
        return sorted(found, key=lambda promise: (promise.scheduled, promise.schedule))

    def forget(self, now: datetime) -> None:
        """Let go of what was delivered long ago, but for its number."""
        old = {
            key: promise
            for key, promise in self._by_key.items()
            if promise.state is OutcomeState.DELIVERED and promise.scheduled <= now - KEPT
        }
        self._forgotten += Counter(promise.state for promise in old.values())
        self._by_key = {key: promise for key, promise in self._by_key.items() if key not in old}

    def _promise(self, key: str, arn: str, scheduled: datetime) -> Promise:
        return self._by_key.setdefault(key, Promise(arn, scheduled))

    def _of_its_schedule(self, outcome: LoggedOutcome) -> Promise | None:
        """A call with a key of its caller's has a run key that the schedule does not tell, but its own time."""
        return next(
            (
                promise
                for promise in self._by_key.values()
                if (promise.schedule, wire_time(promise.scheduled)) == (outcome.schedule, outcome.scheduled_time)
            ),
            None,
        )


def key_of(target_arn: str, schedule_arn: str, scheduled: datetime) -> str:
    """The run key that the proxy gives a run: its origin is the alias by which it was invoked."""
    return run_key(target_arn.rpartition(":")[2], schedule_arn, wire_time(scheduled))


def summary(promises: Promises) -> str:
    """One line whose numbers add up: due runs are delivered, undelivered, skipped, waiting or unanswered."""
    counts = promises.counts()
    due = sum(counts.values())
    calls = f"{counted(due, 'call')} fell due"
    parts = [f"{counts[state]} {word}" for state, word in _COUNTED.items() if counts.get(state)]
    if set(counts) <= {OutcomeState.DELIVERED}:
        parts = ["all delivered"]
    word = "duplicate" if promises.duplicates == 1 else "duplicates"
    besides = [
        *([f"{promises.repeated} after more than one attempt"] if promises.repeated else []),
        *([f"{promises.duplicates} {word} not called again"] if promises.duplicates else []),
    ]
    aside = f" ({', '.join(besides)})" if besides else ""
    return f"{calls}, {', '.join(parts)}{aside}"


def _words(outcome: LoggedOutcome) -> str:
    reason = outcome.reason or str(outcome.status or "no reason given")
    times = counted(outcome.attempt, "attempt")
    match outcome.state:
        case OutcomeState.DELIVERED:
            return f"delivered after {times}"
        case OutcomeState.WAITING:
            until = f" until {outcome.due.astimezone():%H:%M:%S}" if outcome.due else ""
            return f"waiting{until} after {times}, {reason}"
        case OutcomeState.SKIPPED:
            return f"skipped, {reason}"
        case _:
            return f"{outcome.state or NO_ANSWER} after {times}, {reason}"
