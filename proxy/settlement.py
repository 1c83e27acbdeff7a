"""Next state of a run after an attempt, by its outcome, the number of attempts, and the age."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.arrival import LONGEST_AGE_SECONDS, MAX_HOPS, first, iso_text
from proxy.backoff import delay
from proxy.content import name_of
from proxy.outcome import Outcome
from schedule_client.contract.ledger import KEY_REUSED, KEY_SORT, REUSED_SORT
from schedule_client.contract.pauses import PAUSED
from schedule_client.contract.records import frozen, replace

if TYPE_CHECKING:
    from random import Random

    from proxy.arrival import Arrival
    from proxy.errors import RefusedError
    from schedule_client.contract.ledger import Notice, RunRecord
    from schedule_client.contract.pauses import RunTimePause
    from schedule_client.contract.proxy_settings import ProxySettings
    from schedule_client.contract.retry_message import Unrecorded


@frozen
class Limits:
    """Limits of a run: attempts, including the first, and the end (seconds since 1970)."""

    attempts: int
    until: float


def limits(arrival: Arrival, settings: ProxySettings) -> Limits:
    """The limits of the request, by default the stack's, and never beyond the stack's ceiling.

    While a run waits for its turn or for a pause it does not grow older: others would use up its time.
    """
    asked, default, most = arrival.run.request.retry, settings.retry, settings.retry_ceiling
    attempts = (asked.max_attempts if asked else None) or default.max_attempts or 1
    minutes = (asked.max_age_minutes if asked else None) or default.max_age_minutes or 1
    age = 60.0 * min(minutes, most.max_age_minutes or minutes) + arrival.waited
    until = arrival.since + min(age, LONGEST_AGE_SECONDS)
    return Limits(min(attempts, most.max_attempts or attempts), until)


def refusal(record: RunRecord, arrival: Arrival, bounds: Limits) -> Outcome | None:
    """Return the outcome of a run that may not be called any more."""
    if arrival.now >= bounds.until:
        if record.reason == PAUSED:
            return Outcome("permanent", PAUSED, "a pause lasted longer than a run can wait, and it was not called")
        return Outcome("permanent", "expired", "the run exceeded its age limit, and was not called")
    if arrival.hops >= MAX_HOPS:
        return Outcome("permanent", "too-many-hops", f"the run was sent on {MAX_HOPS} times, and was not called")
    return None


def settled(
    record: RunRecord,
    outcome: Outcome,
    milliseconds: float,
    bounds: Limits,
    arrival: Arrival,
    now: float,
    chance: Random,
) -> RunRecord:
    """Return the record that follows `record` (running) after an attempt with `outcome`.

    A failure of our own stores does not count as an attempt: the run waits for the same one, as long as it may, unless
    a person waits for the result.
    """
    after = replace(
        _released(record, now, outcome.reason, outcome.message),
        status=outcome.status,
        milliseconds=round(milliseconds, 1),
        waited=round(arrival.waited, 1) or None,
    )
    if outcome.verdict == "delivered":
        return replace(after, state="delivered")
    if not outcome.called and arrival.may_hop and not arrival.is_awaited:
        due = now + delay(arrival.hops + 1, None, chance)
        if due < bounds.until:
            return replace(after, state="waiting", due=due)
    elif outcome.verdict == "retryable" and record.attempt < bounds.attempts:
        wait = delay(record.attempt, outcome.retry_after_seconds, chance)
        due = now + wait if outcome.retry_after_seconds else min(now + wait, bounds.until - 1.0)
        if now <= due < bounds.until:
            return replace(after, state="waiting", attempt=record.attempt + 1, due=due)
    return replace(after, state="undelivered", notice="due", message=_given_up(record, outcome, bounds))


def recorded(found: RunRecord, change: Unrecorded, arrival: Arrival, due: float) -> RunRecord:
    """Return the record that follows `found` by a change that the ledger could not store in time."""
    after = _released(found, arrival.now, change.reason, change.message)
    after = replace(after, status=change.status, milliseconds=change.milliseconds)
    if change.state == "waiting":
        return replace(after, state="waiting", attempt=arrival.run.attempt, due=due)
    return replace(after, state=change.state, notice=change.letter)


def waiting(record: RunRecord, pause: RunTimePause, due: float, arrival: Arrival, now: float) -> RunRecord:
    """Return the record of a run that waits for the same attempt until a pause has ended."""
    after = _released(record, now, PAUSED, pause.message)
    if has_begun(record):
        after = replace(after, milliseconds=record.milliseconds or 0.0)
    return replace(after, state="waiting", due=due, waited=round(arrival.waited, 1) or None)


def has_begun(record: RunRecord) -> bool:
    """Return whether an attempt was made, or may have been by an invocation that crashed."""
    crashed = record.version > 1 and record.reason != PAUSED
    return record.attempt > 1 or record.milliseconds is not None or crashed


def skipped(record: RunRecord, now: float, reason: str, message: str) -> RunRecord:
    """Return the end of a run that is not called, without any failure."""
    return replace(_released(record, now, reason, message), state="skipped")


def rejected(used: RunRecord, arrival: Arrival) -> RunRecord:
    """Return the record of a call whose content differs from that of `used` with the same key: it is never made."""
    return replace(
        first(arrival),
        sort=f"{REUSED_SORT}{name_of(arrival.run.content or '')}",
        attempt=0,
        state="undelivered",
        holder=None,
        until=None,
        notice="due",
        reason=KEY_REUSED,
        message=f'another call has the key "{used.sort.removeprefix(KEY_SORT)[:100]}", and is {used.state} since '
        f"{used.updated}: this call has other content and was not made",
    )


def unkept(arrival: Arrival, error: RefusedError, now: float) -> RunRecord:
    """Return the record of a run that the ledger or the retry queue refuses."""
    return replace(
        first(arrival),
        holder=None,
        until=None,
        updated=iso_text(now),
        state="undelivered",
        notice="due",
        reason=error.reason,
        message=error.message,
    )


def informed(record: RunRecord, notice: Notice = "sent") -> RunRecord:
    """Return the record of a run whose message was sent to the undelivered queue, or is not needed."""
    return replace(record, version=record.version + 1, notice=notice)


def _released(record: RunRecord, now: float, reason: str | None, message: str | None) -> RunRecord:
    """Return the next version of a record, which no invocation holds any more."""
    return replace(
        record,
        version=record.version + 1,
        updated=iso_text(now),
        holder=None,
        until=None,
        reason=reason,
        message=message,
    )


def _given_up(record: RunRecord, outcome: Outcome, bounds: Limits) -> str | None:
    if outcome.verdict == "permanent":
        return outcome.message
    which = f"attempt {record.attempt} of {bounds.attempts}"
    why = "" if record.attempt >= bounds.attempts else ", and the next one would be too late"
    return f"{outcome.message}; this was {which}{why}"
