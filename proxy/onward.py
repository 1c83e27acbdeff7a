"""Messages with which a run goes on: its event, when it is to come back, and what counts toward its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.arrival import LONGEST_AGE_SECONDS
from proxy.lane import CROWDED
from schedule_client.contract.pauses import LOOK_SECONDS, PAUSED, SPREAD_SECONDS
from schedule_client.contract.retry_message import RetryMessage, Unrecorded

if TYPE_CHECKING:
    from proxy.arrival import Arrival
    from schedule_client.contract import RunRecord

# Reasons to wait that do not count toward the age of a run.
_UNCOUNTED = (CROWDED.reason, PAUSED)
# A queue may bring a message so much later than it was asked to.
_AHEAD_SECONDS = 30.0


def onward(
    arrival: Arrival,
    reason: str,
    due: float,
    now: float,
    attempt: int | None = None,
    unrecorded: Unrecorded | None = None,
    *,
    is_hop: bool = False,
) -> RetryMessage:
    """Return the message of an arrival that comes back when it is `due`; the attempt is its own if none is given."""
    return RetryMessage(
        origin=arrival.run.origin,
        request_id=arrival.request_id,
        attempt=attempt if attempt is not None else arrival.run.attempt,
        due=due,
        hops=_hops(arrival, reason, is_hop),
        since=arrival.since,
        reason=reason,
        event=arrival.event,
        unrecorded=unrecorded,
        waited=arrival.waited + (max(0.0, due - now) if reason in _UNCOUNTED else 0.0),
    )


def unrecorded(record: RunRecord, after: RunRecord) -> Unrecorded:
    """Return the change from `record` to `after`, which the ledger could not store."""
    return Unrecorded(
        holder=record.holder or "",
        attempt=record.attempt,
        state=after.state,
        letter=after.notice,
        reason=after.reason,
        status=after.status,
        message=after.message,
        milliseconds=after.milliseconds,
    )


def next_look(due: float, arrival: Arrival, now: float) -> float:
    """Return when a run that waits for a pause comes back: every few minutes, as the pause may end early.

    None comes back between the end of the pause and its own turn: it would be called at once.
    """
    look = now + LOOK_SECONDS
    if look >= due:
        look = due
    elif look > due - SPREAD_SECONDS:
        look = due - SPREAD_SECONDS - _AHEAD_SECONDS
    return min(look, arrival.since + LONGEST_AGE_SECONDS)


def _hops(arrival: Arrival, reason: str, is_hop: bool) -> int:
    """Number of times that the event was sent on without an attempt; a look at a pause does not count."""
    if reason == PAUSED:
        return arrival.hops
    return arrival.hops + 1 if is_hop or reason in ("ledger", "lease") else 0
