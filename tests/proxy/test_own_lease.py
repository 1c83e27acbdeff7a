"""What comes again by the request id that holds the run: Lambda's retry after a crash, or a second copy."""

from __future__ import annotations

from dataclasses import replace

from proxy.arrival import Arrival, Postpone, Take, first, step
from proxy.event import read_run
from tests.proxy.stage import NOW, golden

BEGUN = NOW.timestamp()


def arrived(seconds: float, timeout: float) -> Arrival:
    """The event by the same request id, so long after it first came."""
    now = BEGUN + seconds
    run = read_run(golden("v1-service"), "catalog", "the-id")
    return Arrival(
        run=run, event={}, request_id="the-id", holder="the-id", until=now + timeout + 1, now=now, since=BEGUN
    )


def test_a_second_copy_waits_for_the_end_of_the_first() -> None:
    found = first(arrived(0, 60))
    for seconds in (0.0, 0.4, 30.0, 54.0):
        assert step(found, arrived(seconds, 60)) == Postpone(BEGUN + 61)


def test_the_retry_after_a_crash_takes_its_own_lease_over() -> None:
    for timeout in (60.0, 900.0):
        again = arrived(60.0, timeout)
        taken = step(first(arrived(0, timeout)), again)
        assert isinstance(taken, Take)
        assert (taken.record.attempt, taken.record.until) == (1, again.until)


def test_another_request_id_waits_for_the_end_of_the_lease() -> None:
    found = first(arrived(0, 900))
    assert step(found, replace(arrived(60, 900), holder="another")) == Postpone(BEGUN + 901)
