"""What the proxy puts on its two queues, and when SQS is to give it back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.arrival import first
from proxy.queues import QueueError, Queues, fair_group, undelivered_reason
from schedule_client.contract.records import replace
from schedule_client.contract.retry_message import RetryMessage, Unrecorded
from tests.proxy.stage import ARN, RETRY, TIME, UNDELIVERED, FakeAws
from tests.proxy.test_arrival import BEGUN, arrived

MESSAGE = RetryMessage(
    origin="catalog",
    request_id="the-id",
    attempt=2,
    due=BEGUN + 30,
    hops=0,
    since=BEGUN,
    reason="http-503",
    event={"v": 1, "body": "größer"},
)
CHANGE = Unrecorded(holder="first", attempt=1, state="delivered", status=200)


def filled(aws: FakeAws) -> Queues:
    return Queues(RETRY, UNDELIVERED, aws)


def delay(message: RetryMessage) -> float:
    aws = FakeAws()
    filled(aws).retry(message, BEGUN)
    return aws.delays[0]


@pytest.mark.parametrize("message", [MESSAGE, replace(MESSAGE, unrecorded=CHANGE)], ids=["plain", "unrecorded"])
def test_a_message_of_the_retry_queue_is_read_back_as_it_was_sent(message: RetryMessage) -> None:
    aws = FakeAws()

    filled(aws).retry(message, BEGUN)

    assert aws.letters == []
    assert [RetryMessage.from_json(json.dumps(sent)) for sent in aws.retries] == [message]


@pytest.mark.parametrize(
    ("event", "group"),
    [
        ({"service": "billing"}, "shop/billing"),
        ({"target_url": "https://a.example"}, "shop"),
        ({"service": "x" * 200}, "shop"),
        ({"service": "ä b/c"}, "shop"),
        ({"service": ["billing"]}, "shop"),
        ("no object", "shop"),
    ],
)
def test_sqs_counts_a_message_for_its_origin_and_its_service(event: object, group: str) -> None:
    """A text of an event that SQS takes for no group would keep the message from the queue."""
    assert fair_group("shop", event) == group


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        (-5.0, 0),
        (0.0, 0),
        (0.001, 1),
        (29.2, 30),
        (30.0, 30),
        (899.5, 900),
        (900.0, 900),
        (900.1, 900),
        (86_400.0, 900),
    ],
)
def test_a_message_comes_back_when_it_is_due_not_before_and_no_later_than_sqs_can_wait(
    seconds: float, wanted: int
) -> None:
    assert delay(replace(MESSAGE, due=BEGUN + seconds)) == wanted


@pytest.mark.parametrize(
    ("hops", "seconds", "wanted"),
    [
        (0, 600.0, 5),
        (1, 600.0, 5),
        (1, 2.0, 2),
        (2, 600.0, 20),
        (3, 2.0, 40),
        (7, 2.0, 640),
        (8, 2.0, 900),
        (99, 2.0, 900),
    ],
)
def test_what_the_ledger_is_to_be_told_comes_back_soon_and_then_less_and_less_soon(
    hops: int, seconds: float, wanted: int
) -> None:
    assert delay(replace(MESSAGE, due=BEGUN + seconds, hops=hops, unrecorded=CHANGE)) == wanted


def test_an_undelivered_event_is_kept_as_it_came_with_what_became_of_it() -> None:
    aws, arrival = FakeAws(), arrived(attempt=3)
    record = replace(first(arrival), reason="http-503", message="the target answered 503", status=503)

    filled(aws).undelivered(MESSAGE.event, undelivered_reason(record, arrival))

    (letter,) = aws.letters
    assert aws.retries == []
    assert letter == {
        "body": MESSAGE.event,
        "REASON": "http-503",
        "MESSAGE": "the target answered 503",
        "ORIGIN": "catalog",
        "ATTEMPTS": "3",
        "UNDELIVERED_AT": record.updated,
        "RUN_KEY": record.run_key,
        "STATUS": "503",
        "SCHEDULE_ARN": ARN,
        "SCHEDULED_TIME": TIME,
        "OWNER": record.owner,
    }


def test_of_a_run_that_got_no_answer_and_is_no_schedules_no_more_is_said_than_is_known() -> None:
    arrival = arrived()
    arrival = replace(arrival, run=replace(arrival.run, schedule=None))
    told = undelivered_reason(replace(first(arrival), status=None), arrival)

    assert (told.reason, told.message, told.status) == ("unknown", "", None)
    assert (told.schedule_arn, told.scheduled_time) == (None, None)


@pytest.mark.parametrize("name", ["retry", "undelivered"])
def test_a_queue_out_of_reach_is_a_queue_error_that_shows_no_more_than_the_code(name: str) -> None:
    def fail(**asked: Any) -> Any:
        raise ConnectionError("https://internal.example.com")

    aws = FakeAws()
    aws.sqs.send_message = fail
    calls = {
        "retry": lambda: filled(aws).retry(MESSAGE, BEGUN),
        "undelivered": lambda: filled(aws).undelivered({}, undelivered_reason(first(arrived()), arrived())),
    }

    with pytest.raises(QueueError, match=r"^the queue does not accept messages: no response$") as caught:
        calls[name]()

    assert (caught.value.reason, caught.value.__cause__) == ("queue", None)
