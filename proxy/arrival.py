"""Next step for an event that arrives: a function of the event, the state of its run in the ledger, and the time.

An event arrives more than once: EventBridge Scheduler and SQS deliver at least once, Lambda invokes again after a
crash, the ladder of retries sends it on, and a person replays it. An event that finds the run in a state that it may
change takes it, in one conditional write; all others only make sure that nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from proxy.content import differ
from schedule_client.contract.ledger import REMEMBERED_DAYS, RunRecord
from schedule_client.contract.records import frozen, replace
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from proxy.run import Run

_DAY_SECONDS = 86_400
# Hops are a loop from function to queue to function: an endless one is stopped here. A day is left of the time for
# which SQS keeps a message.
MAX_HOPS, LONGEST_AGE_SECONDS = 400, 13 * _DAY_SECONDS
# Lambda waits a minute before it invokes again after a crash; an earlier event with the same ID is a second copy,
# while the first may be in progress. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
_AGAIN_SECONDS = 55.0


@frozen(kw_only=True)
class Arrival:
    """Event of a run, at `now`; all times are seconds since 1970.

    request_id: Lambda's, with which the event first arrived.
    holder: Lambda's request ID of this invocation, which ends at `until`.
    queued: whether it comes from the retry queue, with the attempt that it is due for.
    since: when its age began to count.
    hops: how often it was sent on.
    waited: how long it waited for its turns among all retries (seconds).
    """

    run: Run
    event: object
    request_id: str
    holder: str
    until: float
    now: float
    since: float
    queued: bool = False
    hops: int = 0
    waited: float = 0.0

    @property
    def act(self) -> str | None:
        """ID of the person's act behind it."""
        return self.run.act.id if self.run.act else None

    @property
    def is_awaited(self) -> bool:
        """Whether a person requested the call and waits for its result."""
        return self.run.act is not None and self.run.act.kind == "trigger"

    @property
    def may_hop(self) -> bool:
        """Whether its event may be sent on without an attempt."""
        return self.hops < MAX_HOPS and self.now < self.since + LONGEST_AGE_SECONDS


@frozen
class Take:
    """Make an attempt, once `record` has replaced the one in the ledger."""

    record: RunRecord


@frozen
class Resend:
    """Send the message of the attempt that `record` waits for; its sender may have stopped before."""

    record: RunRecord


@frozen
class Postpone:
    """Check again at `until`: another event is being processed, and may never finish."""

    until: float


@frozen
class Inform:
    """Send the event to the undelivered queue; the invocation that ended the run may have stopped before."""

    record: RunRecord


@frozen
class Leave:
    """Do nothing: the run is settled, or other events cover it."""

    record: RunRecord


@frozen
class Reject:
    """Make no call: its key was already used, by the call of `record` with another content."""

    record: RunRecord


Step: TypeAlias = Take | Resend | Postpone | Inform | Leave | Reject


def step(found: RunRecord | None, arrival: Arrival) -> Step:
    """Return the next step for `arrival` when the ledger has `found` for its run."""
    if found is None:
        return Take(first(arrival))
    if differ(found.content, arrival.run.content):
        return Reject(found)
    if arrival.act != found.act:
        return _of_another_act(found, arrival)
    if found.state == "running":
        return _of_running(found, arrival)
    if found.state == "waiting":
        return _of_waiting(found, arrival)
    return Inform(found) if found.notice == "due" else Leave(found)


def _of_running(found: RunRecord, arrival: Arrival) -> Step:
    if found.holder == arrival.holder and arrival.now >= _begun(found, arrival) + _AGAIN_SECONDS:
        return Take(_again(found, arrival))  # after a crash, Lambda invokes again with the same ID
    if arrival.run.attempt != found.attempt:
        return Leave(found)  # the current attempt has its own event, which comes back after a crash
    if arrival.now < (found.until or 0.0):
        return Postpone(found.until or 0.0)
    return Take(_again(found, arrival))


def _begun(found: RunRecord, arrival: Arrival) -> float:
    """Start of the lease of `found`: as long before its end as that of `arrival`."""
    return (found.until or 0.0) - (arrival.until - arrival.now)


def _of_waiting(found: RunRecord, arrival: Arrival) -> Step:
    if arrival.queued and arrival.run.attempt == found.attempt:
        return Take(_taken(found, arrival))
    if not arrival.queued or arrival.run.attempt == found.attempt - 1:
        return Resend(found)
    return Leave(found)


def _of_another_act(found: RunRecord, arrival: Arrival) -> Step:
    """Step for a person's act: it restarts a run that was not delivered, and ends earlier attempts.

    A waiting run is restarted too, since its next attempt may be lost.
    """
    if arrival.act is None or arrival.run.attempt != 1 or found.state == "delivered":
        return Leave(found)
    if found.state == "running" and arrival.now < (found.until or 0.0):
        return Postpone(found.until or 0.0)
    return Take(replace(first(arrival), version=found.version + 1, content=arrival.run.content or found.content))


def first(arrival: Arrival) -> RunRecord:
    """Return the first record of a run."""
    run = arrival.run
    return RunRecord(
        partition=run.partition,
        sort=run.sort,
        version=1,
        run_key=run.key,
        state="running",
        attempt=run.attempt,
        updated=iso_text(arrival.now),
        expires=int(arrival.now) + REMEMBERED_DAYS * _DAY_SECONDS,
        holder=arrival.holder,
        until=arrival.until,
        schedule=run.name,
        owner=run.request.owner,
        act=arrival.act,
        content=run.content,
    )


def _taken(found: RunRecord, arrival: Arrival) -> RunRecord:
    """Record of the same attempt with another holder."""
    return replace(
        found,
        version=found.version + 1,
        state="running",
        holder=arrival.holder,
        until=arrival.until,
        due=None,
        updated=iso_text(arrival.now),
    )


def _again(found: RunRecord, arrival: Arrival) -> RunRecord:
    """Record of an attempt that was perhaps made; a pause must not skip it."""
    return replace(_taken(found, arrival), milliseconds=found.milliseconds or 0.0)


def iso_text(seconds: float) -> str:
    """Return an instant in the form of the ledger."""
    from datetime import UTC, datetime

    return wire_time(datetime.fromtimestamp(seconds, UTC), "milliseconds")
