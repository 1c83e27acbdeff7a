from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.operations import UndeliveredCall, read_undelivered_call
from schedule_client.contract.retry_message import Unrecorded
from tests.schedule_catalog.operations.aws import FUNCTION, NAMES, Clients, arn
from tests.schedule_catalog.operations.messages import (
    TIME,
    by_lambda,
    by_proxy,
    by_redrive,
    by_scheduler,
    event,
)


def letter(write: Callable[..., None], *arguments: Any, **members: Any) -> UndeliveredCall:
    aws = Clients()
    write(aws, "m1", *arguments, **members)
    ((message,),) = (list(queue.values()) for queue in aws.sqs.queues.values())
    return read_undelivered_call("undelivered", message, Clients().stack)


def test_a_call_that_the_proxy_gave_up_says_all_that_is_known() -> None:
    found = letter(by_proxy)

    assert (found.shape, found.identifier, found.obstacle) == ("proxy", "m1", None)
    assert (found.schedule, found.arn, found.time, found.owner) == ("nightly", arn("nightly"), TIME, "billing")
    assert (found.reason, found.message, found.status) == ("http-500", "the target answered 500", "500")
    assert (found.attempts, found.run_key, found.origin, found.event) == ("5", "v1.abc", "catalog", event())
    assert found.at == datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_what_never_reached_the_function_counts_its_first_attempt_too() -> None:
    found = letter(by_scheduler)

    assert (found.shape, found.schedule, found.time, found.attempts) == ("scheduler", "nightly", TIME, "11")
    assert (found.reason, found.message) == ("AWS.Scheduler.InternalServerError", "oh")
    assert (found.origin, found.event, found.obstacle) == ("catalog", event(), None)


def test_a_request_that_was_cut_short_is_not_replayed() -> None:
    found = letter(by_scheduler, IS_PAYLOAD_TRUNCATED="true")

    assert (found.shape, found.event) == ("scheduler", None)
    assert "truncated" in str(found.obstacle)


def test_a_function_that_crashed_left_the_event_in_the_record_of_lambda() -> None:
    found = letter(by_lambda)

    assert (found.shape, found.schedule, found.time, found.attempts) == ("lambda", "nightly", TIME, "3")
    assert found.reason == "RetriesExhausted"
    assert found.message == "Sandbox.Timedout: Task timed out after 60.00 seconds"
    assert (found.origin, found.event, found.obstacle) == ("catalog", event(), None)


def test_a_message_that_sqs_gave_up_is_of_the_retry_queue() -> None:
    found = letter(by_redrive)

    assert (found.shape, found.schedule, found.attempts, found.reason) == ("retry", "shop-1", "2", "http-503")
    assert (found.origin, found.obstacle) == ("adhoc", None)


def test_a_run_that_was_delivered_and_only_not_recorded_is_not_replayed() -> None:
    found = letter(by_redrive, Unrecorded(holder="e4b46cbf", attempt=2, state="delivered"))

    assert "it was delivered" in str(found.obstacle)


def test_an_application_cannot_pass_for_the_catalog_by_what_it_writes_into_its_event() -> None:
    crashed = letter(by_lambda, f"{FUNCTION}:adhoc")
    direct = letter(by_lambda, f"{FUNCTION}:$LATEST")

    assert crashed.event == direct.event == event()
    assert (crashed.origin, direct.origin) == ("adhoc", "direct")


def test_a_record_that_names_no_alias_is_of_the_group_of_its_schedule() -> None:
    assert letter(by_lambda, FUNCTION).origin == "catalog"
    assert letter(by_lambda, FUNCTION, group=NAMES.adhoc_group).origin == "adhoc"
    assert letter(by_lambda, FUNCTION, group="another").obstacle is not None


def test_a_letter_of_another_stacks_schedule_is_not_replayed() -> None:
    found = letter(by_scheduler, "another-group")

    assert "not one of this stack" in str(found.obstacle)


RETRY = ("origin", "request_id", "attempt", "due", "hops", "since", "reason", "event")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    max_leaves=8,
)
WORDS = ("requestContext", "requestPayload", "schedule", "arn", "v", "functionArn", "unrecorded", *RETRY)
SHAPED = st.dictionaries(st.sampled_from(WORDS), JSON | st.dictionaries(st.sampled_from(WORDS), JSON))
NUMBERS, TEXTS = st.integers() | st.floats(), st.text()
REDRIVEN = st.fixed_dictionaries(
    {
        "v": st.just(1),
        **dict.fromkeys(("attempt", "due", "hops", "since"), NUMBERS),
        **dict.fromkeys(("origin", "request_id", "reason"), TEXTS),
        "event": JSON | SHAPED,
    },
    optional={"unrecorded": JSON},
)
PROXY = ("REASON", "MESSAGE", "ORIGIN", "ATTEMPTS", "UNDELIVERED_AT", "SCHEDULE_ARN")
ATTRIBUTES = st.fixed_dictionaries(dict.fromkeys(PROXY, st.text())) | st.dictionaries(
    st.sampled_from(["REASON", "ERROR_CODE", "RETRY_ATTEMPTS", "SCHEDULE_ARN", "IS_PAYLOAD_TRUNCATED", "X"]),
    st.text() | st.sampled_from(["²", "9" * 5000, "arn:aws:scheduler:::schedule/a/b", "-1"]),
)


@given(st.text() | (JSON | SHAPED | REDRIVEN).map(json.dumps), ATTRIBUTES, st.text())
def test_whatever_is_in_a_message_there_is_a_letter_with_its_whole_body(
    body: str, attributes: dict[str, str], sent: str
) -> None:
    message = {
        "MessageId": "m1",
        "Body": body,
        "Attributes": {"SentTimestamp": sent},
        "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    }

    found = read_undelivered_call("undelivered", message, Clients().stack)

    assert (found.identifier, found.body) == ("m1", body)
    assert found.event is None or isinstance(found.event, dict)
    assert found.obstacle is not None or found.origin in ("catalog", "adhoc", "callback", "shop", "direct")
    for text in (found.schedule, found.arn, found.time, found.owner, found.reason, found.message, found.attempts):
        assert text is None or isinstance(text, str)


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, "null", '"text"', "{}", '{"v": 1}', '{"detail": "x"}'])
def test_what_no_part_of_a_stack_wrote_is_shown_as_unknown_and_not_replayed(body: str) -> None:
    found = read_undelivered_call("undelivered", {"MessageId": "m1", "Body": body}, Clients().stack)

    assert (found.shape, found.reason, found.event) == ("unknown", "unreadable", None)
    assert found.obstacle
