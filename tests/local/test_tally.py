from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from local.dispatcher import Kind, Notice, wire_time
from local.outcomes import Outcome
from local.tally import Tally
from schedule_client.contract import run_key

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ARN = "arn:aws:scheduler:eu-central-1:000000000000:schedule/catalog/close"
ALIAS = "arn:aws:lambda:eu-central-1:000000000000:function:proxy:catalog"
KEY = run_key("catalog", ARN, wire_time(NINE))
ACCEPTED = Notice(Kind.ACCEPTED, NINE, ARN, "", NINE, ALIAS)
DELIVERED = Outcome(NINE, "close", KEY, "delivered", "", 200, 3.0, "")
FAILED = replace(DELIVERED, verdict="retryable", reason="http-503", status=503)


@pytest.fixture
def tally() -> Tally:
    return Tally()


def test_a_run_waits_for_its_answer_and_is_then_delivered(tally: Tally) -> None:
    tally.note(ACCEPTED)
    assert (tally.waiting(), [str(one) for one in tally.undelivered()]) == (
        1,
        ["close of 2026-11-23T09:00:00Z: no answer yet"],
    )

    settled = tally.settle(DELIVERED)

    assert settled is not None
    assert (settled.arn, settled.scheduled) == (ARN, NINE)

    assert (tally.waiting(), tally.undelivered(), tally.delivered) == (0, [], 1)


def test_a_failed_call_is_not_delivered_until_a_later_attempt_is(tally: Tally) -> None:
    tally.note(ACCEPTED)
    tally.settle(FAILED)
    assert [str(one) for one in tally.undelivered()] == ["close of 2026-11-23T09:00:00Z: retryable, http-503"]

    tally.settle(DELIVERED)

    assert tally.undelivered() == []


def test_a_duplicate_counts_once_and_a_late_failure_takes_nothing_back(tally: Tally) -> None:
    tally.note(ACCEPTED)
    tally.settle(DELIVERED)
    tally.settle(DELIVERED)
    tally.settle(FAILED)

    assert (tally.delivered, tally.undelivered()) == (1, [])


def test_what_never_reached_the_proxy_is_not_delivered(tally: Tally) -> None:
    tally.note(replace(ACCEPTED, kind=Kind.RETRYING, text="no function"))
    assert tally.waiting() == 1
    tally.note(replace(ACCEPTED, kind=Kind.DEAD, text="no function"))

    assert tally.waiting() == 0
    assert [str(one) for one in tally.undelivered()] == ["close of 2026-11-23T09:00:00Z: dead letter, no function"]


def test_what_was_missed_before_the_session_does_not_count(tally: Tally) -> None:
    tally.note(replace(ACCEPTED, kind=Kind.MISSED))

    assert tally.undelivered() == []


def test_a_call_with_a_key_of_its_own_is_known_by_its_schedule(tally: Tally) -> None:
    tally.note(ACCEPTED)
    tally.settle(replace(DELIVERED, run_key="v1.of-the-caller"))

    assert tally.undelivered() == []


def test_a_stranger_is_not_counted(tally: Tally) -> None:
    assert tally.settle(DELIVERED) is None
    assert tally.delivered == 0


def test_delivered_runs_are_forgotten_after_an_hour_and_others_are_not(tally: Tally) -> None:
    tally.note(ACCEPTED)
    tally.settle(DELIVERED)
    tally.note(replace(ACCEPTED, scheduled=NINE + timedelta(minutes=1)))

    tally.forget(NINE + timedelta(hours=2))

    settled = tally.settle(DELIVERED)
    assert settled is not None
    assert settled.scheduled == NINE + timedelta(minutes=1)
