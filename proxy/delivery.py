"""Processing of one arrival of a run, from the ledger to the call and back: never silent, and once per run key.

The order makes a crash safe at any point: the ledger is written first, then a message is sent, then the event is
acknowledged. A repeated event finds its progress in the ledger.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from proxy.arrival import (
    LONGEST_AGE_SECONDS,
    Inform,
    Leave,
    Postpone,
    Reject,
    Resend,
    Step,
    Take,
    step,
)
from proxy.backoff import delay
from proxy.delivered import Delivered
from proxy.errors import ProxyError, RefusedError
from proxy.exclusion import UnknownCalendarError, left_out
from proxy.former_run import former_run
from proxy.lane import CROWDED, own_turn
from proxy.ledger import LedgerError, LedgerRefusedError
from proxy.metrics import counted_owner
from proxy.newest import REPLACED, is_newest, note_newest
from proxy.outcome import Outcome, of_error
from proxy.overlap import lock_on, locked, unlock
from proxy.pauses import hold, may_yield, next_look, overtakes
from proxy.queues import undelivered_reason
from proxy.settlement import Limits, informed, limits, recorded, refusal, rejected, settled, skipped, unkept, waiting
from schedule_client.contract.pauses import PAUSED, SUPERSEDED, Pauses
from schedule_client.contract.records import frozen, replace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

    from proxy.arrival import Arrival
    from proxy.call import Caller
    from proxy.creation import Creations
    from proxy.event_bus import EventBus
    from proxy.ledger import Ledger
    from proxy.log import Log
    from proxy.metrics import State
    from proxy.pauses import Hold
    from proxy.queues import Queues
    from schedule_client.contract.ledger import RunRecord
    from schedule_client.contract.retry_message import RetryMessage, Unrecorded

# Reserved from the function's time, to record the outcome of the call and to send the run on.
MARGIN_SECONDS, MARGIN_SHARE = 4.0, 0.25
_CONTENDERS = 20


@frozen(kw_only=True)
class Delivery:
    """Delivers the runs of one stack; `now` is aware, `monotonic` in seconds.

    creations: tells schedules that were deployed too late; without it none is.
    bus: gets an event for each run that ends undelivered; without it nothing does.
    pauses: returns the run-time pauses; without it there are none.
    """

    caller: Caller
    ledger: Ledger
    queues: Queues
    log: Log
    now: Callable[[], datetime]
    chance: Random
    monotonic: Callable[[], float] = time.perf_counter
    creations: Creations | None = None
    bus: EventBus | None = None
    pauses: Callable[[], Pauses] = Pauses

    def deliver(self, arrival: Arrival, seconds_left: Callable[[], float]) -> Delivered:
        """Take the next step for an arrival, and return the result. Raises QueueError if nothing can be sent on."""
        started = self.now()
        try:
            done = self._gone_on(arrival, seconds_left)
        except RefusedError as error:
            done = self._kept_by_no_store(arrival, error)
        due = done.record.due if done.record and done.state == "waiting" else None
        owner = counted_owner(arrival.run, self.caller.settings)
        due_at = None if due is None else started.fromtimestamp(due, started.tzinfo)
        skipped = done.record if done.state == "skipped" else None
        self.log.settled(arrival.run, done.state, done.outcome, started, due=due_at, owner=owner, skipped=skipped)
        self._publish()
        return done

    def record(self, change: Unrecorded, arrival: Arrival, due: float) -> None:
        """Record a change that the ledger could not store in time, unless the run has continued.

        `due` is the time of the next attempt, if there is one; an undelivered run is only reported now, when nothing
        can call it again. Raises LedgerError.
        """
        try:
            self._record(change, self._begun(arrival), due)
        finally:
            self._publish()

    def _record(self, change: Unrecorded, arrival: Arrival, due: float) -> None:
        found = self.ledger.read(arrival.run.partition, arrival.run.sort)
        if found is not None and found.notice == "due":
            self._inform(found, arrival)
        if found is None or (found.state, found.holder, found.attempt) != ("running", change.holder, change.attempt):
            return
        known = recorded(found, change, arrival, due)
        if self.ledger.write(known) is None and known.notice == "due":
            self._inform(known, arrival)

    def hop(self, message: RetryMessage, due: float | None = None) -> None:
        """Send a message on that was received before its time, or must wait until `due`. Raises QueueError."""
        message = replace(message, hops=message.hops + 1, due=due if due is not None else message.due)
        self.queues.retry(message, self.now().timestamp())

    def _gone_on(self, arrival: Arrival, seconds_left: Callable[[], float]) -> Delivered:
        try:
            arrival = self._begun(arrival)
            return self._done(self._taken(arrival), arrival, seconds_left)
        except LedgerError as error:
            return self._without_ledger(arrival, error)

    def _begun(self, arrival: Arrival) -> Arrival:
        """Arrival as part of the run under `adhoc`, if that was started before the application had an origin."""
        former = former_run(arrival.run, self.caller.settings, self.now())
        if former is None or self.ledger.read(former.partition, former.sort) is None:
            return arrival
        return replace(arrival, run=former)

    def _taken(self, arrival: Arrival) -> Step:
        """Step for the state in the ledger; a Take is already written when it is returned."""
        found = self.ledger.read(arrival.run.partition, arrival.run.sort) if arrival.queued else None
        for _ in range(_CONTENDERS):
            chosen = step(found, arrival)
            if not isinstance(chosen, Take) or (found := self.ledger.write(chosen.record)) is None:
                return chosen
        raise LedgerError("other events changed the run ledger's item again and again")

    def _done(self, chosen: Step, arrival: Arrival, seconds_left: Callable[[], float]) -> Delivered:
        match chosen:
            case Take(record):
                return self._attempted(record, arrival, seconds_left)
            case Resend(record):
                arrival = replace(arrival, waited=max(arrival.waited, record.waited or 0.0))
                due = record.due or arrival.now
                paused = record.reason == PAUSED
                look = next_look(due, arrival, self._seconds()) if paused else due
                self._send(arrival, PAUSED if paused else "resent", look, attempt=record.attempt)
                return Delivered("duplicate", record=record)
            case Postpone(until):
                self._send(arrival, "lease", until + 1.0)
                return Delivered("duplicate")
            case Inform(record):
                self._inform(record, arrival)
                return Delivered("undelivered", record=record)
            case Leave(record):
                return Delivered("duplicate", record=record)
            case Reject(record):
                return self._rejected(record, arrival)

    def _rejected(self, used: RunRecord, arrival: Arrival) -> Delivered:
        """Store a call with a reused key, once for each content, beside the run that has the key."""
        record = rejected(used, arrival)
        outcome = Outcome("permanent", record.reason, record.message)
        there = self.ledger.write(record)
        if there is not None and there.notice != "due":
            return Delivered("duplicate", record=there)
        self._inform(there or record, arrival)
        return Delivered("undelivered", outcome, there or record)

    def _attempted(self, record: RunRecord, arrival: Arrival, seconds_left: Callable[[], float]) -> Delivered:
        if self.creations is not None and self.creations.is_too_late(arrival):
            return self._skipped(record, "created-late", "its schedule was created after its time")
        settings = self.caller.settings
        bounds = limits(arrival, settings)
        try:  # before its age: whether a fire counts depends on its time only
            if (why := left_out(record, arrival, settings)) is not None:
                return self._skipped(record, why.reason, why.message)
        except UnknownCalendarError as error:
            return self._settle(record, of_error(error), 0.0, bounds, arrival, has_lock=False)
        if (refused := refusal(record, arrival, bounds)) is not None:
            return self._settle(record, refused, 0.0, bounds, arrival)
        if (held := hold(record, arrival, self.pauses, settings, self._seconds())) is not None:
            return self._held(held, record, arrival)
        if record.reason == PAUSED and may_yield(arrival) and not is_newest(self.ledger, record):
            return self._skipped(record, SUPERSEDED, REPLACED)
        free = arrival.run.request.overlap != "skip" or locked(
            self.ledger, record, record.until or 0.0, self._seconds()
        )
        if not free:
            return self._skipped(record, "overlap", "the previous run is still in progress")
        if overtakes(arrival, self.pauses, settings, self._seconds()):
            note_newest(self.ledger, record)
        turn = own_turn(record, arrival, self.caller.settings, self.chance)
        if turn is not None and not locked(self.ledger, turn, record.until or 0.0, self._seconds()):
            bounds = replace(bounds, until=arrival.since + LONGEST_AGE_SECONDS)
            return self._settle(record, CROWDED, record.milliseconds or 0.0, bounds, arrival)
        started, clock = self.now(), self.monotonic()
        left = seconds_left()
        outcome = self.caller.call(arrival.run, left - min(MARGIN_SECONDS, left * MARGIN_SHARE))
        milliseconds = (self.monotonic() - clock) * 1000
        try:
            return self._settle(record, outcome, milliseconds, bounds, arrival)
        except ProxyError:
            self.log.attempt(arrival.run, outcome, started)
            raise
        finally:
            if turn is not None:  # after the outcome: a run that is not recorded in time is called again
                with suppress(LedgerError):  # it ends by itself
                    unlock(self.ledger, turn)

    def _held(self, held: Hold, record: RunRecord, arrival: Arrival) -> Delivered:
        """Skip the run, or have it wait for the end of a pause, unless a newer one of its schedule waits."""
        if held.skipped_by is not None:
            return self._skipped(record, PAUSED, held.skipped_by.message)
        if held.yields:
            if arrival.run.request.overlap == "skip":
                with suppress(LedgerError):  # a newer run may be called instead
                    unlock(self.ledger, record)
            if not note_newest(self.ledger, record):
                return self._skipped(record, SUPERSEDED, REPLACED)
        now, schedule = self._seconds(), arrival.run.schedule
        due = held.last.due(schedule.due.timestamp() if schedule else arrival.since)
        after, look = waiting(record, held.last, due, arrival, now), next_look(due, arrival, now)
        outcome = Outcome("retryable", PAUSED, held.last.message, called=False)
        return self._stored(record, after, outcome, arrival, look, has_lock=record.attempt > 1 and not held.yields)

    def _skipped(self, record: RunRecord, reason: str, message: str) -> Delivered:
        after = skipped(record, self._seconds(), reason, message)
        self.ledger.write(after)
        return Delivered("skipped", record=after)

    def _settle(
        self,
        record: RunRecord,
        outcome: Outcome,
        milliseconds: float,
        bounds: Limits,
        arrival: Arrival,
        *,
        has_lock: bool = True,
    ) -> Delivered:
        after = settled(record, outcome, milliseconds, bounds, arrival, self._seconds(), self.chance)
        if after.state == "undelivered" and arrival.is_awaited and not arrival.queued:
            after = replace(after, notice="none")
        return self._stored(record, after, outcome, arrival, after.due or 0.0, has_lock=has_lock)

    def _stored(
        self,
        record: RunRecord,
        after: RunRecord,
        outcome: Outcome,
        arrival: Arrival,
        due: float,
        *,
        has_lock: bool,
    ) -> Delivered:
        """Write what follows `record`, then send the run on: back by `due` if it waits."""
        try:
            instead = self.ledger.write(after)
            if instead is not None:
                return self._outrun(after, instead, outcome)
            if has_lock and arrival.run.request.overlap == "skip":
                with suppress(LedgerError):  # it expires by itself
                    lock_on(self.ledger, after, self._seconds())
        except (LedgerError, LedgerRefusedError):
            self._unrecorded(record, after, arrival, due)
            return Delivered(_state(after), outcome, after)
        if after.state == "waiting":
            self._send(arrival, after.reason or "retry", due, after.attempt, is_hop=not outcome.called)
        elif after.notice == "due":
            self._inform(after, arrival)
        return Delivered(_state(after), outcome, after)

    def _outrun(self, after: RunRecord, instead: RunRecord, outcome: Outcome) -> Delivered:
        """Result of a lost lease, when another event has the run: only a delivery is still reported."""
        if after.state == "delivered" and instead.state in ("running", "waiting"):
            with suppress(LedgerError):
                self.ledger.write(replace(after, version=instead.version + 1))
        return Delivered("delivered" if after.state == "delivered" else "duplicate", outcome, instead)

    def _unrecorded(self, record: RunRecord, after: RunRecord, arrival: Arrival, due: float) -> None:
        """Send a change that the ledger cannot store now to the retry queue."""
        due = due if after.state == "waiting" else self._seconds()
        self._send(arrival, "ledger", due, after.attempt, (record, after))

    def _without_ledger(self, arrival: Arrival, error: LedgerError) -> Delivered:
        """Step without the ledger: no call, and no end, as the run may already be delivered.

        Finally the message stays in its queue, and SQS moves it to the undelivered queue.
        """
        if not arrival.may_hop:
            raise error
        due = self._seconds() + delay(arrival.hops + 1, None, self.chance)
        self._send(arrival, error.reason, due)
        return Delivered("waiting", Outcome("retryable", error.reason, error.message))

    def _kept_by_no_store(self, arrival: Arrival, error: RefusedError) -> Delivered:
        """End a run that the ledger or the retry queue refuses for good: a hop would have the same result."""
        ended = unkept(arrival, error, self._seconds())
        with suppress(LedgerError, LedgerRefusedError):
            found = self.ledger.read(ended.partition, ended.sort)
            if found is None or found.state == "waiting" or found.holder == arrival.holder:
                ended = replace(ended, version=found.version + 1 if found else 1)
                self.ledger.write(ended)
        self._inform(ended, arrival)
        return Delivered("undelivered", of_error(error), ended)

    def _inform(self, record: RunRecord, arrival: Arrival) -> None:
        why = undelivered_reason(record, arrival)
        self.queues.undelivered(arrival.event, why)
        with suppress(LedgerError, LedgerRefusedError):  # reported twice at worst
            self.ledger.write(informed(record))
        if self.bus is not None:
            self.bus.hold(why, arrival.run, self.caller.settings)

    def _publish(self) -> None:
        """Publish the events of runs that ended: last, as a bus that does not answer may use up the function's time."""
        if self.bus is not None:
            self.bus.publish()

    def _send(
        self,
        arrival: Arrival,
        reason: str,
        due: float,
        attempt: int | None = None,
        change: tuple[RunRecord, RunRecord] | None = None,
        *,
        is_hop: bool = False,
    ) -> None:
        from proxy.onward import onward  # not for a run that ends with its first attempt

        now = self._seconds()
        self.queues.retry(onward(arrival, reason, due, now, attempt, change, is_hop=is_hop), now)

    def _seconds(self) -> float:
        return self.now().timestamp()


def _state(record: RunRecord) -> State:
    return "waiting" if record.state == "running" else record.state
