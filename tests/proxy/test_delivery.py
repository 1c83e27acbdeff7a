"""The edges of a delivery: leases, age, hops, triggers, keys, and messages that are none."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from typing import Any

import pytest

from local.simulation.dynamodb import DynamoDb
from proxy.arrival import MAX_HOPS
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.pauses import PARTITION
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.request import Retry
from schedule_client.contract.retry_message import RetryMessage
from tests.proxy.stage import ARN, NOW, TABLE, FakeContext, Stage, golden, stage
from tests.proxy.target import Script, Target, answers, running
from tests.proxy.world import World

EVENT = {key: value for key, value in golden("v1-service").items() if key not in ("auth", "overlap")}
DUE = NOW.timestamp() - 12


def event(**members: Any) -> dict[str, Any]:
    return {**EVENT, **members}


def message(**members: Any) -> RetryMessage:
    plain = RetryMessage(
        origin="catalog", request_id="r", attempt=2, due=DUE, hops=0, since=DUE, reason="http-503", event=EVENT
    )
    return replace(plain, **members)


def shop(target: Target, *, ledger: bool = True) -> Stage:
    base = f"http://{target.netloc}"
    return stage(ProxySettings(services={"billing": base}, http_hosts=(target.netloc,)), ledger=ledger)


def batch(at: Stage, *bodies: str) -> list[str]:
    """The messages of a batch that stay on the queue."""
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    answer = at.proxy.handle({"Records": records}, FakeContext("retry"))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_lambda_s_second_invocation_takes_its_own_lease_over_at_once() -> None:
    world = World()
    world.fire(event())
    world.invoke(world.due[0])
    while world.invocations[0].step != "call":
        world.go(world.invocations[0])
    world.go(world.invocations[0], "kill")
    world.now += 60  # as Lambda does; what comes sooner is a copy of what is still at work
    (again,) = world.due
    world.invoke(again)
    while world.invocations:
        world.go(world.invocations[0])

    assert sum(world.raw.values()) == 1
    assert world.events == []


@pytest.mark.parametrize("minutes", [61, 3000])
def test_an_event_that_is_too_old_is_kept_as_expired_and_not_called(minutes: int) -> None:
    with running(answers(200)) as target:
        at = shop(target)
        old = (NOW.timestamp() - minutes * 60) // 1
        time = NOW.fromtimestamp(old, NOW.tzinfo).strftime("%Y-%m-%dT%H:%M:%SZ")
        schedule = {**EVENT["schedule"], "time": time}
        answer = at.handle(event(schedule=schedule, retry={"max_attempts": 3}), "catalog")

    assert (answer["outcome"], answer["reason"], target.received) == ("permanent", "expired", [])
    assert [letter["REASON"] for letter in at.aws.letters] == ["expired"]


def test_a_window_makes_a_run_no_older() -> None:
    with running(answers(200)) as target:
        at = shop(target)
        schedule = {**EVENT["schedule"], "time": "2027-01-05T07:00:00Z"}
        assert at.handle(event(schedule=schedule, retry={}, flexible_window_minutes=30), "catalog")["success"]


def test_a_message_that_was_sent_on_too_often_is_given_up() -> None:
    with running(answers(200)) as target:
        at = shop(target)
        assert batch(at, message(hops=MAX_HOPS).to_json()) == []

    assert target.received == []
    assert [letter["REASON"] for letter in at.aws.letters] == ["too-many-hops"]


def test_a_message_before_its_time_is_sent_on_with_what_sqs_can_wait() -> None:
    with running(answers(200)) as target:
        at = shop(target)
        assert (
            batch(at, message(due=NOW.timestamp() + 4000).to_json(), message(due=NOW.timestamp() + 90).to_json()) == []
        )

    assert target.received == []
    assert at.aws.delays == [900, 90]
    assert [sent["hops"] for sent in at.aws.retries] == [1, 1]


@pytest.mark.parametrize("body", ["", "{}", "[]", json.dumps({"v": 1}), message(event={"v": 9}).to_json()])
def test_a_message_that_is_none_stays_on_the_queue_and_holds_up_no_other(body: str) -> None:
    with running(answers(200)) as target:
        at = shop(target)
        assert batch(at, body, message().to_json()) == ["0"]

    assert len(target.received) == 1


def test_a_stack_without_a_ledger_retries_by_its_queue_alone() -> None:
    with running(answers(503)) as target:
        at = shop(target, ledger=False)
        at.handle(event(), "catalog")
        target.script = answers(200)
        (sent,) = at.aws.retries
        assert batch(at, json.dumps({**sent, "due": DUE})) == []

    assert len(target.received) == 2
    assert at.aws.table.items == {}
    assert [line["state"] for line in at.lines] == ["waiting", "delivered"]


def trigger(run: str, act: str = "act-1") -> dict[str, Any]:
    at = {"id": act, "at": NOW.strftime("%Y-%m-%dT%H:%M:%SZ"), "run": run}
    return event(trigger=at, retry={"max_attempts": 1})


def test_a_fresh_trigger_is_called_whatever_became_of_the_schedule_s_own_run() -> None:
    with running(answers(200)) as target:
        at = shop(target)
        own = at.handle(event(), "catalog")
        fresh = at.handle(trigger("fresh"), "catalog", request_id="other")

    assert fresh["success"]
    assert fresh["run_key"] != own["run_key"]
    assert len(target.received) == 2


def test_a_trigger_of_a_run_that_was_delivered_says_so_and_calls_nobody() -> None:
    with running(answers(200)) as target:
        at = shop(target)
        at.handle(event(), "catalog")
        again = at.handle(trigger("own"), "catalog", request_id="other")

    assert (again["outcome"], again["reason"], again["success"]) == ("duplicate", "delivered", True)
    assert len(target.received) == 1


def test_a_trigger_that_fails_is_answered_and_on_no_queue_and_the_ledger_knows() -> None:
    with running(answers(503)) as target:
        at = shop(target)
        answer = at.handle(trigger("fresh"), "catalog")

    assert (answer["statusCode"], answer["handed_over"]) == (503, False)
    assert at.aws.letters == []
    assert at.aws.retries == []
    (item,) = at.aws.table.items.values()
    assert (item["state"]["S"], item["letter"]["S"]) == ("undelivered", "none")


def test_two_schedules_under_one_key_of_an_application_are_one_call() -> None:
    with running(answers(200)) as target:
        at = shop(target)
        first = at.handle(event(key="order-7"), "adhoc")
        later = {**EVENT["schedule"], "time": "2027-01-05T08:00:10Z"}
        second = at.handle(event(key="order-7", schedule=later), "adhoc", request_id="other")

    assert (first["success"], second["outcome"]) == (True, "duplicate")
    assert len(target.received) == 1


def test_the_alias_of_the_queue_takes_nothing_but_its_messages() -> None:
    with running(answers(200)) as target:
        at = shop(target)
        with pytest.raises(Exception, match="only accepts messages of its queue"):
            at.proxy.handle(event(), FakeContext("retry"))

    assert target.received == []


def test_the_first_attempt_that_finds_its_run_untouched_writes_twice_and_reads_nothing() -> None:
    """What a delivery costs in DynamoDB, which is paid for by the request, but for the pauses now and then."""
    steps: list[tuple[str, str]] = []
    with running(answers(200)) as target:
        at = shop(target)
        at.aws.table = DynamoDb(
            TABLE, lambda step, asked: steps.append((step, asked.get("Key", asked.get("Item"))["pk"]["S"]))
        )
        at.handle(event(), "catalog")

    asked = [step for step, partition in steps if step.endswith("?") and partition != PARTITION]
    assert asked == ["dynamodb PutItem?"] * 2
    assert ARN in next(iter(at.aws.table.items))[0]


@pytest.mark.parametrize(("asked", "waits"), [("600", True), ("7200", False)])
def test_a_target_that_asks_to_be_left_alone_is_obeyed_or_given_up(asked: str, waits: bool) -> None:
    with running(answers(503, Retry_After=asked)) as target:
        at = shop(target)
        answer = at.handle(event(retry={"max_attempts": 9, "max_age_minutes": 60}), "catalog")

    assert answer["handed_over"] == waits
    if waits:
        assert at.aws.delays[0] >= 600
        assert at.aws.retries[0]["due"] >= NOW.timestamp() + 600
    else:
        (letter,) = at.aws.letters
        assert letter["REASON"] == "http-503"
        assert "would be too late" in letter["MESSAGE"]


@pytest.mark.parametrize(("asked", "default", "ceiling", "attempts"), [(None, 2, 20, 2), (4, 2, 20, 4), (4, 2, 3, 3)])
def test_the_entry_the_stack_and_its_ceiling_say_how_often(
    asked: int | None, default: int, ceiling: int, attempts: int
) -> None:
    with running(answers(503)) as target:
        settings = ProxySettings(
            services={"billing": f"http://{target.netloc}"},
            http_hosts=(target.netloc,),
            retry=Retry(default, 60),
            retry_ceiling=Retry(ceiling, 1440),
        )
        at = stage(settings, ledger=True)
        at.handle(event(retry={"max_attempts": asked} if asked else {}), "catalog")
        while at.aws.retries:
            assert batch(at, json.dumps({**at.aws.take_retry(), "due": DUE})) == []

    assert len(target.received) == attempts
    assert at.aws.letters[0]["ATTEMPTS"] == str(attempts)


def without_store(target: Target) -> tuple[Stage, dict[str, Any]]:
    """A stack whose stores are throttled, and an event with one attempt and a secret."""
    bound = SecretBinding(services=("billing",), origins=("catalog",))
    settings = ProxySettings(
        services={"billing": f"http://{target.netloc}"}, http_hosts=(target.netloc,), secrets={"token": bound}
    )
    at = stage(settings, secrets={"token": "s3cr3t"}, ledger=True)
    at.aws.denied = "ThrottlingException"
    return at, event(auth={"type": "bearer", "secret": "token"}, retry={"max_attempts": 1})


@pytest.mark.parametrize(("script", "state"), [(answers(200), "delivered"), (answers(503), "undelivered")])
def test_one_attempt_is_one_call_however_often_a_store_of_ours_fails_before(script: Script, state: str) -> None:
    with running(script) as target:
        at, given = without_store(target)
        assert at.handle(given, "catalog")["handed_over"]
        for hops in (1, 2):
            sent = at.aws.retries[-1]
            assert (sent["attempt"], sent["hops"], target.received) == (1, hops, [])
            assert batch(at, json.dumps({**sent, "due": DUE})) == []

        at.aws.denied = ""
        assert batch(at, json.dumps({**at.aws.retries[-1], "due": DUE})) == []

        assert len(target.received) == 1
    assert [line["state"] for line in at.lines] == ["waiting", "waiting", "waiting", state]


def test_a_store_that_fails_for_as_long_as_a_run_may_become_old_ends_it() -> None:
    with running(answers(200)) as target:
        at, given = without_store(target)
        late = message(event=given, attempt=1, hops=MAX_HOPS)

        assert batch(at, late.to_json()) == []

    assert [letter["REASON"] for letter in at.aws.letters] == ["too-many-hops"]
    assert target.received == []


def test_who_waits_for_a_trigger_is_shown_at_once_that_a_store_failed() -> None:
    with running(answers(200)) as target:
        at, given = without_store(target)
        answer = at.handle({**trigger("own"), "auth": given["auth"]}, "catalog")

    assert (answer["reason"], answer["handed_over"]) == ("secret-store", False)
    assert (at.aws.retries, at.aws.letters) == ([], [])


def test_new_credentials_that_cannot_be_read_are_a_failed_attempt() -> None:
    with running(answers(401)) as target:
        at, given = without_store(target)
        at.aws.denied = ""
        target.script = denies(at)
        answer = at.handle({**given, "retry": {"max_attempts": 2}}, "catalog")

    assert (answer["reason"], answer["handed_over"], len(target.received)) == ("secret-store", True, 1)
    assert at.aws.retries[0]["attempt"] == 2


def denies(at: Stage) -> Script:
    """Answers 401, and by then the stores are throttled."""

    def script(connection: socket.socket) -> None:
        at.aws.denied = "ThrottlingException"
        answers(401)(connection)

    return script
