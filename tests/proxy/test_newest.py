"""After a pause, no run that waited for it is called after a newer one of its schedule."""

from __future__ import annotations

from typing import Any

import pytest

from schedule_client.contract.ledger import LOCK_SORT
from schedule_client.contract.records import replace
from tests.proxy.pausing import DELIVERED, EFFECT, MINUTE, START, SUPERSEDED, Paused, wire


def next_beats(phase: float, resumed: float | None = None, **options: Any) -> Paused:
    """A service is paused from minute 1 to 31, and its schedule fires every minute, from so long after a minute on."""
    at = Paused(**options)
    at.pause(1, 31)
    for minute in (27, 28, 29, 30, 31, 32):
        at.fire(minute + phase)
    if resumed is not None:
        at.resume(resumed)
    return at


def assert_none_is_called_after_a_newer_one(at: Paused, end: float) -> None:
    called = [scheduled for scheduled, minute in at.attempts() if minute >= end]
    assert called == sorted(called)
    ends = at.ends()
    assert {*ends.values()} <= {DELIVERED, SUPERSEDED}
    assert {scheduled for scheduled, end in ends.items() if end == DELIVERED} == {*called}
    assert ends[max(ends)] == DELIVERED


@pytest.mark.parametrize("second", [0, 1, 30, 58, 59])
def test_a_run_after_the_pause_replaces_the_one_that_still_waits(second: int) -> None:
    at = next_beats(second / 60).run()

    assert_none_is_called_after_a_newer_one(at, 31)
    waited = 30 + second / 60  # called a minute after the end, when the next one has been
    assert at.records["beat", wire(waited)].reason == "superseded"


def test_a_run_that_waited_is_called_before_one_that_comes_later() -> None:
    at = Paused()
    at.pause(1, 31)
    at.fire(5)
    at.fire(31.5)
    at.run()

    assert_none_is_called_after_a_newer_one(at, 31)
    assert at.ends() == {5.0: DELIVERED, 31.5: DELIVERED}


def test_a_run_after_an_early_resume_replaces_the_one_that_still_waits() -> None:
    at = Paused()
    at.pause(1, 31)
    for minute in (2, 7, 9):
        at.fire(minute)
    at.resume(8)
    at.run()

    assert at.ends() == {2.0: SUPERSEDED, 7.0: SUPERSEDED, 9.0: DELIVERED}
    assert "a newer run of its schedule is called" in (at.records["beat", wire(7)].message or "")


def test_a_run_that_is_not_called_replaces_none() -> None:
    at = Paused()
    at.pause(1, 31)
    at.fire(5, request={"overlap": "skip"})
    at.fire(31.05, request={"overlap": "skip"})
    at.clock.at(START + 31 * MINUTE, lambda: lock(at, until=31.1))
    at.run()

    assert at.ends() == {5.0: DELIVERED, 31.05: ("skipped", "overlap")}


def lock(at: Paused, until: float) -> None:
    """Hold the lock of the schedule for another run."""
    record = at.records["beat", wire(5)]
    other = replace(record, sort=LOCK_SORT, version=1, run_key="other", until=START + until * MINUTE)
    at.world.dynamodb.items[other.partition, other.sort] = other.to_item()


@pytest.mark.parametrize("share", range(4))
@pytest.mark.parametrize("resumed", [None, 30.2])
def test_a_kill_anywhere_calls_no_run_after_a_newer_one(share: int, resumed: float | None) -> None:
    for step in range(1 + share, next_beats(0.5, resumed).run().world.taken + 1, 4):
        at = next_beats(0.5, resumed, kill_at=step).run()

        assert {*at.ends().values()} <= {DELIVERED, SUPERSEDED}, step
        assert at.ends()[32.5] == DELIVERED, step
        first = dict(reversed(at.attempts()))
        waited = [scheduled for scheduled in first if scheduled < 31 - 0.5]
        assert all(first[scheduled] <= min(first[31.5], first[32.5]) for scheduled in waited), step
        assert not [minute for *_, minute in at.calls if 1 + EFFECT < minute < (resumed or 31)], step
