"""What an attempt leads to, by its outcome and the limits of its run."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.arrival import first
from proxy.outcome import Outcome
from proxy.settlement import Limits, informed, settled, skipped
from proxy.transport import Reply
from schedule_client.contract.records import replace
from tests.proxy.test_arrival import BEGUN, arrived

if TYPE_CHECKING:
    from schedule_client.contract.ledger import RunRecord

HOUR = 3600.0
RECORD = first(arrived())
FAILED = Outcome("retryable", "http-503", "the target answered 503")


def after(outcome: Outcome, *, attempt: int = 1, attempts: int = 3, until: float = BEGUN + HOUR) -> RunRecord:
    record, bounds = replace(RECORD, attempt=attempt), Limits(attempts, until)
    return settled(record, outcome, 12.34, bounds, arrived(), BEGUN, Random(1))


def test_a_delivered_run_is_nobodys_any_more() -> None:
    record = after(Outcome("delivered", reply=Reply(204, b"", "", complete=True)))

    assert (record.state, record.version, record.status, record.milliseconds) == ("delivered", 2, 204, 12.3)
    assert (record.holder, record.until, record.due, record.notice) == (None, None, None, None)


def test_a_permanent_failure_is_given_up_whatever_attempts_are_left() -> None:
    record = after(Outcome("permanent", "http-404", "the target answered 404"))

    assert (record.state, record.notice, record.attempt) == ("undelivered", "due", 1)
    assert record.message == "the target answered 404"


def test_the_last_attempt_is_given_up_and_says_that_it_was_the_last() -> None:
    record = after(FAILED, attempt=3)

    assert (record.state, record.attempt) == ("undelivered", 3)
    assert record.message == "the target answered 503; this was attempt 3 of 3"


@pytest.mark.parametrize(
    ("seconds", "state"), [(HOUR / 2, "waiting"), (HOUR, "undelivered"), (HOUR + 1, "undelivered")]
)
def test_a_target_is_not_called_before_the_time_that_it_asks_for_nor_when_the_run_is_too_old(
    seconds: float, state: str
) -> None:
    record = after(replace(FAILED, retry_after_seconds=seconds))

    assert record.state == state
    assert record.due is None if state == "undelivered" else BEGUN + seconds <= (record.due or 0.0) < BEGUN + HOUR


@pytest.mark.parametrize("left", [0.0, 0.5, 0.999])
def test_a_run_whose_time_is_all_but_over_is_given_up_and_says_so(left: float) -> None:
    record = after(FAILED, until=BEGUN + left)

    assert record.state == "undelivered"
    assert record.message == "the target answered 503; this was attempt 1 of 3, and the next one would be too late"


@given(attempt=st.integers(1, 8), left=st.floats(2, 86_400))
def test_the_next_attempt_is_never_in_the_past_and_never_too_late(attempt: int, left: float) -> None:
    record = after(FAILED, attempt=attempt, attempts=9, until=BEGUN + left)

    assert (record.state, record.attempt) == ("waiting", attempt + 1)
    assert record.due is not None
    assert BEGUN <= record.due < BEGUN + left


def test_a_skipped_run_says_why() -> None:
    record = skipped(RECORD, BEGUN, "overlap", "the previous run is still in progress")

    assert (record.state, record.version, record.reason, record.holder) == ("skipped", 2, "overlap", None)


def test_who_was_told_is_written_as_a_change_of_its_own() -> None:
    given_up = after(FAILED, attempt=3)

    assert informed(given_up) == replace(given_up, version=3, notice="sent")
