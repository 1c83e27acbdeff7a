from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from local.dispatcher import Kind, Notice, wire_time
from local.session.outcomes import Outcome, State
from local.session.promises import Tally, summary
from schedule_client.contract import run_key

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ARN = "arn:aws:scheduler:eu-central-1:000000000000:schedule/catalog/close"
ALIAS = "arn:aws:lambda:eu-central-1:000000000000:function:proxy:catalog"
KEY = run_key("catalog", ARN, wire_time(NINE))
ACCEPTED = Notice(Kind.ACCEPTED, NINE, ARN, "", NINE, ALIAS)
DELIVERED = Outcome(NINE, "close", wire_time(NINE), KEY, State.DELIVERED, "delivered", "", 200, 3.0, "")
FAILED = replace(DELIVERED, state=State.UNDELIVERED, verdict="permanent", reason="http-404", status=404)
WAITING = replace(
    FAILED, state=State.WAITING, verdict="retryable", reason="http-503", status=503, due=NINE + timedelta(seconds=20)
)
SKIPPED = replace(DELIVERED, state=State.SKIPPED, verdict="", reason="overlap", status=None)


@pytest.fixture
def tally() -> Tally:
    return Tally()


def words(tally: Tally) -> list[str]:
    return [str(one) for one in tally.not_delivered()]


def test_a_run_has_no_answer_and_is_then_delivered(tally: Tally) -> None:
    tally.note(ACCEPTED)
    assert (tally.open(), words(tally)) == (1, ["close of 2026-11-23T09:00:00Z: no answer yet"])

    promise = tally.settle(DELIVERED)

    assert promise is not None
    assert (promise.arn, promise.scheduled, promise.settled) == (ARN, NINE, True)
    assert (tally.open(), words(tally), summary(tally)) == (0, [], "1 call fell due, all delivered")


def test_a_run_that_waits_is_not_settled_until_a_later_attempt_is_delivered(tally: Tally) -> None:
    tally.note(ACCEPTED)
    promise = tally.settle(WAITING)
    assert promise is not None
    assert (promise.settled, tally.open(), tally.waiting()) == (False, 0, 1)
    until = f"{NINE.astimezone() + timedelta(seconds=20):%H:%M:%S}"
    assert words(tally) == [f"close of 2026-11-23T09:00:00Z: waiting until {until} after 1 attempt, http-503"]

    tally.settle(replace(DELIVERED, attempt=3))

    assert tally.waiting() == 0
    assert summary(tally) == "1 call fell due, all delivered (1 after more than one attempt)"


def test_a_run_that_is_given_up_says_after_how_many_attempts_and_why(tally: Tally) -> None:
    tally.note(ACCEPTED)
    tally.settle(WAITING)
    tally.settle(replace(FAILED, attempt=2))

    assert words(tally) == ["close of 2026-11-23T09:00:00Z: undelivered after 2 attempts, http-404"]


def test_a_replay_delivers_what_was_given_up(tally: Tally) -> None:
    tally.note(ACCEPTED)
    tally.settle(FAILED)
    tally.settle(DELIVERED)

    assert words(tally) == []


def test_a_duplicate_is_counted_aside_and_a_late_failure_takes_nothing_back(tally: Tally) -> None:
    tally.note(ACCEPTED)
    tally.settle(DELIVERED)
    tally.settle(replace(DELIVERED, state=State.DUPLICATE, verdict=""))
    tally.settle(FAILED)

    assert summary(tally) == "1 call fell due, all delivered (1 duplicate not called again)"


def test_an_attempt_whose_function_died_leaves_the_run_without_an_answer(tally: Tally) -> None:
    tally.note(ACCEPTED)
    tally.settle(replace(WAITING, state=State.UNKNOWN, due=None))

    assert (tally.open(), words(tally)) == (
        1,
        ["close of 2026-11-23T09:00:00Z: no answer yet after 1 attempt, http-503"],
    )


def test_what_never_reached_the_proxy_is_not_delivered(tally: Tally) -> None:
    tally.note(replace(ACCEPTED, kind=Kind.RETRYING, text="no function"))
    assert tally.open() == 1
    tally.note(replace(ACCEPTED, kind=Kind.DEAD, text="no function"))

    assert tally.open() == 0
    assert words(tally) == ["close of 2026-11-23T09:00:00Z: dead letter, no function"]


def test_what_was_missed_before_the_session_does_not_count(tally: Tally) -> None:
    tally.note(replace(ACCEPTED, kind=Kind.MISSED))

    assert sum(tally.counts().values()) == 0


def test_a_run_that_waits_since_an_earlier_session_counts(tally: Tally) -> None:
    tally.expect(KEY, ARN, NINE)
    assert summary(tally) == "1 call fell due, 1 still waiting for the next attempt"

    tally.settle(replace(DELIVERED, attempt=2))

    assert summary(tally) == "1 call fell due, all delivered (1 after more than one attempt)"


def test_a_call_with_a_key_of_its_own_is_known_by_its_schedule_and_its_time(tally: Tally) -> None:
    tally.note(replace(ACCEPTED, scheduled=NINE - timedelta(minutes=1)))
    tally.note(ACCEPTED)
    tally.settle(replace(DELIVERED, run_key="v1.of-the-caller"))

    assert [one.scheduled for one in tally.not_delivered()] == [NINE - timedelta(minutes=1)]


def test_a_stranger_is_not_counted(tally: Tally) -> None:
    assert tally.settle(DELIVERED) is None
    assert tally.counts() == {}


def test_the_numbers_add_up_to_what_fell_due(tally: Tally) -> None:
    ends = [DELIVERED, replace(DELIVERED, attempt=2), FAILED, SKIPPED, WAITING, None]
    for number, end in enumerate(ends):
        scheduled = NINE + timedelta(minutes=number)
        tally.note(replace(ACCEPTED, scheduled=scheduled))
        if end is not None:
            key = run_key("catalog", ARN, wire_time(scheduled))
            tally.settle(replace(end, run_key=key, scheduled_time=wire_time(scheduled)))

    assert summary(tally) == (
        "6 calls fell due, 2 delivered, 1 undelivered, 1 skipped, 1 still waiting for the next attempt, "
        "1 without an answer (1 after more than one attempt)"
    )
    assert len(tally.not_delivered()) == 4


def test_delivered_runs_are_forgotten_after_an_hour_but_for_their_number(tally: Tally) -> None:
    tally.note(ACCEPTED)
    tally.settle(DELIVERED)
    tally.note(replace(ACCEPTED, scheduled=NINE + timedelta(minutes=1)))

    tally.forget(NINE + timedelta(hours=2))

    assert tally.settle(DELIVERED) is None
    assert summary(tally) == "2 calls fell due, 1 delivered, 1 without an answer"
