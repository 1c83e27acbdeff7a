"""The lane of retries: waiting for a turn makes no run older, and a service that hangs leaves turns to others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.lane import SLOW_MILLISECONDS, own_turn
from proxy.settlement import limits
from schedule_client.contract.ledger import RunRecord
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.records import replace
from schedule_client.contract.request import Retry
from schedule_client.contract.retry_message import RetryMessage
from tests.proxy.stage import NOW, FakeContext, Stage, golden, stage
from tests.proxy.target import Target, answers, running
from tests.proxy.test_arrival import arrived

EVENT = {key: value for key, value in golden("v1-service").items() if key not in ("auth", "overlap", "retry")}
DUE = NOW.timestamp() - 12
HOUR, DAY = 3600.0, 86_400.0
SLOW = SLOW_MILLISECONDS + 1
OTHER_TIME = "2027-01-05T07:59:00Z"


def message(**members: Any) -> RetryMessage:
    plain = RetryMessage(
        origin="catalog", request_id="r", attempt=2, due=DUE, hops=0, since=DUE, reason="timeout", event=EVENT
    )
    return replace(plain, **members)


def shop(target: Target, at_once: int = 2) -> Stage:
    base = f"http://{target.netloc}"
    return stage(
        ProxySettings(services={"billing": base, "ads": base}, http_hosts=(target.netloc,), retries_at_once=at_once),
        ledger=True,
    )


def come_back(at: Stage, waiting: RetryMessage) -> None:
    answer = at.proxy.handle({"Records": [{"messageId": "m", "body": waiting.to_json()}]}, FakeContext("retry"))
    assert answer == {"batchItemFailures": []}


def failed_before(at: Stage, waiting: RetryMessage, milliseconds: float) -> None:
    """Have the ledger know the attempt before that of `waiting`."""
    at.proxy.handle(waiting.event, FakeContext("catalog"))
    at.aws.take_retry()
    (key,) = [key for key in at.aws.table.items if key[1] == waiting.event["schedule"]["time"]]
    at.aws.table.items[key]["milliseconds"] = {"N": repr(milliseconds)}


def record(at: Stage, time: str = EVENT["schedule"]["time"]) -> RunRecord:
    (item,) = [item for (_, sort), item in at.aws.table.items.items() if sort == time]
    return RunRecord.from_item(item)


def busy(at: Stage, waiting: RetryMessage, seconds: float) -> None:
    """Have the one turn of the service taken by another run for so long."""
    arrival = replace(arrived(queued=True), event=waiting.event)
    lock = own_turn(
        replace(record(at), milliseconds=SLOW), arrival, at.proxy.delivery.caller.settings, at.proxy.delivery.chance
    )
    assert lock is not None
    until = NOW.timestamp() + seconds
    mine = replace(lock, sort="lock", version=1, run_key="v1.another", until=until, state="running")
    at.aws.table.items[mine.partition, "lock"] = mine.to_item()


@pytest.fixture(name="target")
def _target() -> Any:
    with running(answers(503)) as target:
        yield target


@pytest.mark.parametrize("hours", [0.5, 2, 200])
def test_a_run_that_waited_for_its_turn_is_no_older_for_it(target: Target, hours: float) -> None:
    at = shop(target)
    waiting = message(since=NOW.timestamp() - hours * HOUR - 60, due=NOW.timestamp() - hours * HOUR)
    come_back(at, waiting)

    assert len(target.received) == 1
    assert record(at).waited == hours * HOUR
    (sent,) = at.aws.retries
    assert (sent["attempt"], sent["waited"]) == (3, hours * HOUR)


def test_what_was_waited_before_counts_with_what_is_waited_now(target: Target) -> None:
    at = shop(target)
    come_back(at, message(since=NOW.timestamp() - 3 * HOUR, due=NOW.timestamp() - HOUR, waited=1.5 * HOUR))

    assert len(target.received) == 1
    assert at.aws.retries[0]["waited"] == 2.5 * HOUR


def test_a_run_ages_while_it_does_not_wait_for_a_turn(target: Target) -> None:
    at = shop(target)
    come_back(at, message(since=NOW.timestamp() - 3 * HOUR, due=NOW.timestamp() - HOUR))

    assert target.received == []
    assert [letter["REASON"] for letter in at.aws.letters] == ["expired"]


@pytest.mark.parametrize("waited", [12.5 * DAY, 13 * DAY, 400 * DAY])
def test_thirteen_days_end_a_run_however_long_it_waited(waited: float) -> None:
    arrival = replace(arrived(), waited=waited)
    arrival = replace(arrival, run=replace(arrival.run, request=replace(arrival.run.request, retry=None)))
    settings = ProxySettings(retry=Retry(5, 60))

    assert limits(arrival, settings).until == arrival.since + min(HOUR + waited, 13 * DAY)


def test_a_service_that_hangs_leaves_half_of_the_turns_to_others(target: Target) -> None:
    at = shop(target)
    failed_before(at, message(), SLOW)
    busy(at, message(), 30.0)
    calls = len(target.received)

    come_back(at, message(hops=3, waited=100.0))

    assert len(target.received) == calls
    (sent,) = at.aws.retries
    assert (sent["attempt"], sent["hops"], sent["reason"]) == (2, 4, "crowded")
    assert sent["waited"] == pytest.approx(112.0 + sent["due"] - NOW.timestamp())
    waiting = record(at)
    assert (waiting.state, waiting.attempt, waiting.reason) == ("waiting", 2, "crowded")
    assert waiting.milliseconds == SLOW, "by which it is still known for one that hangs"


def test_a_turn_is_given_back_when_the_call_is_over(target: Target) -> None:
    at = shop(target)
    failed_before(at, message(), SLOW)
    busy(at, message(), -1.0)
    calls = len(target.received)

    come_back(at, message())

    assert len(target.received) == calls + 1
    ((_, lock),) = [(key, item) for key, item in at.aws.table.items.items() if key[1] == "lock"]
    assert RunRecord.from_item(lock).until == 0.0


@pytest.mark.parametrize(
    ("members", "milliseconds"),
    [
        ({}, SLOW_MILLISECONDS - 1),
        ({"event": {**EVENT, "service": "ads", "schedule": {**EVENT["schedule"], "time": OTHER_TIME}}}, SLOW),
    ],
    ids=["answers fast", "another service"],
)
def test_no_other_call_waits_for_those_that_hang(target: Target, members: dict[str, Any], milliseconds: float) -> None:
    at = shop(target)
    failed_before(at, message(), SLOW)
    busy(at, message(), 30.0)
    other = message(**members)
    failed_before(at, other, milliseconds)
    calls = len(target.received)

    come_back(at, other)

    assert len(target.received) == calls + 1


def test_a_first_attempt_needs_no_turn() -> None:
    settings, chance = ProxySettings(), stage(ProxySettings()).proxy.delivery.chance
    slow = replace(RunRecord(**BARE), milliseconds=SLOW)

    assert own_turn(slow, arrived(), settings, chance) is None
    turns = [own_turn(slow, arrived(queued=True), settings, chance) for _ in range(2000)]
    places = {turn.partition for turn in turns if turn is not None}
    assert len(places) == 25
    assert all(place.startswith("retry#catalog") for place in places)


BARE: dict[str, Any] = {
    "partition": "catalog#arn",
    "sort": "2027-01-05T08:00:00Z",
    "version": 1,
    "run_key": "v1.key",
    "state": "running",
    "attempt": 2,
    "updated": "2027-01-05T08:00:01.000Z",
    "expires": 1_800_000_000,
}


def test_a_message_says_what_was_waited_only_where_something_was() -> None:
    assert "waited" not in json.loads(message().to_json())
    assert RetryMessage.from_json(message(waited=12.5).to_json()) == message(waited=12.5)
