"""Messages with which a run goes on: its event, when it is to come back, and what counts toward its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.lane import CROWDED
from schedule_client.contract.pauses import PAUSED
from schedule_client.contract.retry_message import RetryMessage, Unrecorded

if TYPE_CHECKING:
    from proxy.arrival import Arrival
    from schedule_client.contract.ledger import RunRecord

# Reasons to wait that do not count toward the age of a run.
_UNCOUNTED = (CROWDED.reason, PAUSED)


def onward(
    arrival: Arrival,
    reason: str,
    due: float,
    now: float,
    attempt: int | None = None,
    change: tuple[RunRecord, RunRecord] | None = None,
    *,
    is_hop: bool = False,
) -> RetryMessage:
    """Return the message of an arrival that comes back when it is `due`; the attempt is its own if none is given.

    `change` is a record and the one after it, if the ledger could not store that.
    """
    return RetryMessage(
        origin=arrival.run.origin,
        request_id=arrival.request_id,
        attempt=attempt if attempt is not None else arrival.run.attempt,
        due=due,
        hops=_hops(arrival, reason, is_hop),
        since=arrival.since,
        reason=reason,
        event=arrival.event,
        unrecorded=_unrecorded(*change) if change else None,
        waited=arrival.waited + (max(0.0, due - now) if reason in _UNCOUNTED else 0.0),
    )


def _hops(arrival: Arrival, reason: str, is_hop: bool) -> int:
    """Number of times that the event was sent on without an attempt; a look at a pause does not count."""
    if reason == PAUSED:
        return arrival.hops
    return arrival.hops + 1 if is_hop or reason in ("ledger", "lease") else 0


def _unrecorded(record: RunRecord, after: RunRecord) -> Unrecorded:
    """Change from `record` to `after`."""
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
