from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from local.dispatcher import Notice, NoticeKind
from local.session.outcomes import LoggedOutcome, OutcomeState
from local.session.promises import Promises, summary
from schedule_client.contract.run_keys import run_key
from schedule_client.contract.times import wire_time

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ARN = "arn:aws:scheduler:eu-central-1:000000000000:schedule/catalog/close"
ALIAS = "arn:aws:lambda:eu-central-1:000000000000:function:proxy:catalog"
KEY = run_key("catalog", ARN, wire_time(NINE))
ACCEPTED = Notice(NoticeKind.ACCEPTED, NINE, ARN, "", NINE, ALIAS)
DELIVERED = LoggedOutcome(NINE, "close", wire_time(NINE), KEY, OutcomeState.DELIVERED, "delivered", "", 200, 3.0, "")
FAILED = replace(DELIVERED, state=OutcomeState.UNDELIVERED, verdict="permanent", reason="http-404", status=404)
WAITING = replace(
    FAILED,
    state=OutcomeState.WAITING,
    verdict="retryable",
    reason="http-503",
    status=503,
    due=NINE + timedelta(seconds=20),
)
SKIPPED = replace(DELIVERED, state=OutcomeState.SKIPPED, verdict="", reason="overlap", status=None)


@pytest.fixture
def promises() -> Promises:
    return Promises()


def words(promises: Promises) -> list[str]:
    return [str(one) for one in promises.not_delivered()]


def test_a_run_has_no_answer_and_is_then_delivered(promises: Promises) -> None:
    promises.note(ACCEPTED)
    assert (promises.open(), words(promises)) == (1, ["close of 2026-11-23T09:00:00Z: no answer yet"])

    promise = promises.settle(DELIVERED)

    assert promise is not None
    assert (promise.arn, promise.scheduled, promise.settled) == (ARN, NINE, True)
    assert (promises.open(), words(promises), summary(promises)) == (0, [], "1 call fell due, all delivered")


def test_a_run_that_waits_is_not_settled_until_a_later_attempt_is_delivered(promises: Promises) -> None:
    promises.note(ACCEPTED)
    promise = promises.settle(WAITING)
    assert promise is not None
    assert (promise.settled, promises.open(), promises.waiting()) == (False, 0, 1)
    until = f"{NINE.astimezone() + timedelta(seconds=20):%H:%M:%S}"
    assert words(promises) == [f"close of 2026-11-23T09:00:00Z: waiting until {until} after 1 attempt, http-503"]

    promises.settle(replace(DELIVERED, attempt=3))

    assert promises.waiting() == 0
    assert summary(promises) == "1 call fell due, all delivered (1 after more than one attempt)"


def test_a_run_that_is_given_up_says_after_how_many_attempts_and_why(promises: Promises) -> None:
    promises.note(ACCEPTED)
    promises.settle(WAITING)
    promises.settle(replace(FAILED, attempt=2))

    assert words(promises) == ["close of 2026-11-23T09:00:00Z: undelivered after 2 attempts, http-404"]


def test_a_replay_delivers_what_was_given_up(promises: Promises) -> None:
    promises.note(ACCEPTED)
    promises.settle(FAILED)
    promises.settle(DELIVERED)

    assert words(promises) == []


def test_a_duplicate_is_counted_aside_and_a_late_failure_takes_nothing_back(promises: Promises) -> None:
    promises.note(ACCEPTED)
    promises.settle(DELIVERED)
    promises.settle(replace(DELIVERED, state=OutcomeState.DUPLICATE, verdict=""))
    promises.settle(FAILED)

    assert summary(promises) == "1 call fell due, all delivered (1 duplicate not called again)"


def test_an_attempt_whose_function_died_leaves_the_run_without_an_answer(promises: Promises) -> None:
    promises.note(ACCEPTED)
    promises.settle(replace(WAITING, state=OutcomeState.UNKNOWN, due=None))

    assert (promises.open(), words(promises)) == (
        1,
        ["close of 2026-11-23T09:00:00Z: no answer yet after 1 attempt, http-503"],
    )


def test_what_never_reached_the_proxy_is_not_delivered(promises: Promises) -> None:
    promises.note(replace(ACCEPTED, kind=NoticeKind.RETRYING, text="no function"))
    assert promises.open() == 1
    promises.note(replace(ACCEPTED, kind=NoticeKind.DEAD, text="no function"))

    assert promises.open() == 0
    assert words(promises) == ["close of 2026-11-23T09:00:00Z: dead-lettered, no function"]


def test_what_was_missed_before_the_session_does_not_count(promises: Promises) -> None:
    promises.note(Notice(NoticeKind.MISSED, NINE, ARN, "9 fires"))

    assert sum(promises.counts().values()) == 0


def test_a_run_that_waits_since_an_earlier_session_counts(promises: Promises) -> None:
    promises.expect(KEY, ARN, NINE)
    assert summary(promises) == "1 call fell due, 1 still waiting for the next attempt"

    promises.settle(replace(DELIVERED, attempt=2))

    assert summary(promises) == "1 call fell due, all delivered (1 after more than one attempt)"


def test_a_call_with_a_key_of_its_own_is_known_by_its_schedule_and_its_time(promises: Promises) -> None:
    promises.note(replace(ACCEPTED, scheduled=NINE - timedelta(minutes=1)))
    promises.note(ACCEPTED)
    promises.settle(replace(DELIVERED, run_key="v1.of-the-caller"))

    assert [one.scheduled for one in promises.not_delivered()] == [NINE - timedelta(minutes=1)]


def test_a_stranger_is_not_counted(promises: Promises) -> None:
    assert promises.settle(DELIVERED) is None
    assert promises.counts() == {}


def test_the_numbers_add_up_to_what_fell_due(promises: Promises) -> None:
    ends = [DELIVERED, replace(DELIVERED, attempt=2), FAILED, SKIPPED, WAITING, None]
    for number, end in enumerate(ends):
        scheduled = NINE + timedelta(minutes=number)
        promises.note(replace(ACCEPTED, scheduled=scheduled))
        if end is not None:
            key = run_key("catalog", ARN, wire_time(scheduled))
            promises.settle(replace(end, run_key=key, scheduled_time=wire_time(scheduled)))

    assert summary(promises) == (
        "6 calls fell due, 2 delivered, 1 undelivered, 1 skipped, 1 still waiting for the next attempt, "
        "1 without an answer (1 after more than one attempt)"
    )
    assert len(promises.not_delivered()) == 4


def test_delivered_runs_are_forgotten_after_an_hour_but_for_their_number(promises: Promises) -> None:
    promises.note(ACCEPTED)
    promises.settle(DELIVERED)
    promises.note(replace(ACCEPTED, scheduled=NINE + timedelta(minutes=1)))

    promises.forget(NINE + timedelta(hours=2))

    assert promises.settle(DELIVERED) is None
    assert summary(promises) == "2 calls fell due, 1 delivered, 1 without an answer"
