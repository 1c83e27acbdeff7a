"""Each kind of event, at each state of its run: what is done, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.arrival import Arrival, Inform, Leave, Postpone, Resend, Step, Take, first, step
from proxy.event import read_run
from proxy.run import Act
from schedule_client.contract.records import replace
from tests.proxy.stage import NOW, golden

if TYPE_CHECKING:
    from schedule_client.contract.ledger import RunRecord

BEGUN = NOW.timestamp()
TIMEOUT = 61.0
LATER = BEGUN + TIMEOUT + 1


def arrived(now: float = BEGUN, *, attempt: int = 1, queued: bool = False, holder: str = "another") -> Arrival:
    run = replace(read_run(golden("v1-service"), "catalog", "the-id"), attempt=attempt)
    return Arrival(
        run=run,
        event={},
        request_id="the-id",
        holder=holder,
        until=now + TIMEOUT,
        now=now,
        since=BEGUN,
        queued=queued,
    )


RUNNING = first(arrived(holder="the-holder"))
BY_HAND = replace(RUNNING, act="act-1")
WAITING = replace(RUNNING, version=2, state="waiting", attempt=2, holder=None, until=None, due=BEGUN + 30)
THIRD = replace(WAITING, version=4, attempt=3)
DELIVERED = replace(RUNNING, version=2, state="delivered", holder=None, until=None)
SKIPPED = replace(DELIVERED, state="skipped")
UNTOLD = replace(DELIVERED, state="undelivered", notice="due")
TOLD = replace(UNTOLD, notice="sent")
ANSWERED = replace(UNTOLD, notice="none")


def late_of_act(attempt: int) -> Arrival:
    """A message of a person's act, when every lease is over."""
    plain = arrived(LATER, attempt=attempt, queued=True)
    return replace(plain, run=replace(plain.run, act=Act("replay", "act-2", NOW)))


@pytest.mark.parametrize(
    ("found", "arrival", "wanted"),
    [
        pytest.param(RUNNING, arrived(), Postpone(BEGUN + TIMEOUT), id="running: a duplicate looks again"),
        pytest.param(RUNNING, arrived(attempt=2, queued=True), Leave(RUNNING), id="running: not this attempt's"),
        pytest.param(WAITING, arrived(), Resend(WAITING), id="waiting: the event sends the message again"),
        pytest.param(WAITING, arrived(LATER), Resend(WAITING), id="waiting: and so does it later"),
        pytest.param(WAITING, arrived(attempt=1, queued=True), Resend(WAITING), id="waiting: so does its message"),
        pytest.param(WAITING, arrived(attempt=3, queued=True), Leave(WAITING), id="waiting: an attempt to come"),
        pytest.param(THIRD, arrived(), Resend(THIRD), id="waiting: however many attempts later"),
        pytest.param(BY_HAND, arrived(LATER), Leave(BY_HAND), id="restarted by hand: the schedule's event is over"),
        pytest.param(RUNNING, late_of_act(2), Leave(RUNNING), id="a later attempt of an act restarts nothing"),
        pytest.param(DELIVERED, arrived(), Leave(DELIVERED), id="delivered: nothing"),
        pytest.param(DELIVERED, arrived(attempt=2, queued=True), Leave(DELIVERED), id="delivered: nothing by queue"),
        pytest.param(SKIPPED, arrived(), Leave(SKIPPED), id="skipped: nothing"),
        pytest.param(UNTOLD, arrived(), Inform(UNTOLD), id="undelivered: the queue is told"),
        pytest.param(TOLD, arrived(), Leave(TOLD), id="undelivered: once"),
        pytest.param(ANSWERED, arrived(), Leave(ANSWERED), id="undelivered: or not, where somebody was answered"),
    ],
)
def test_what_finds_its_run_at_work_or_settled_makes_no_call(found: RunRecord, arrival: Arrival, wanted: Step) -> None:
    assert step(found, arrival) == wanted


@pytest.mark.parametrize(
    ("found", "arrival", "version"),
    [
        pytest.param(None, arrived(), 1, id="nobody has begun"),
        pytest.param(RUNNING, arrived(LATER), 2, id="whoever began did not end in time"),
        pytest.param(WAITING, arrived(BEGUN + 30, attempt=2, queued=True), 3, id="its attempt is due"),
    ],
)
def test_a_run_that_is_nobodys_is_taken_by_a_record_of_the_next_version(
    found: RunRecord | None, arrival: Arrival, version: int
) -> None:
    chosen = step(found, arrival)

    assert isinstance(chosen, Take)
    record = chosen.record
    assert (record.version, record.state, record.holder, record.until, record.due, record.attempt) == (
        *(version, "running", "another", arrival.until, None),
        arrival.run.attempt,
    )


def test_a_lease_holds_to_its_last_instant() -> None:
    assert isinstance(step(RUNNING, arrived(BEGUN + TIMEOUT - 0.001)), Postpone)
    assert isinstance(step(RUNNING, arrived(BEGUN + TIMEOUT)), Take)
