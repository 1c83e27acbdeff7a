"""Attacks by whoever writes an event, against the real handler, the emulator's stores and targets on loopback."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from proxy.arrival import LONGEST_AGE_SECONDS
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.checks import request_findings
from schedule_client.contract.event import input_text
from schedule_client.contract.records import replace
from schedule_client.contract.request import Retry
from schedule_client.contract.retry_message import RetryMessage
from tests.proxy.shop_event import event
from tests.proxy.target import Target, answers
from tests.schedule_client.contract.test_paths import ESCAPES, PLAIN

if TYPE_CHECKING:
    from tests.proxy.emulated import Shop

NONCHARACTERS = "x\uffffy\ufffez\U0001f511\U0010ffff"


def test_a_record_that_the_ledger_never_takes_is_no_hop(shop: Shop, target: Target) -> None:
    answer = shop.handle(event(shop, owner="o" * 450_000), "adhoc")

    assert (answer["outcome"], answer["reason"], target.received) == ("permanent", "ledger-refused", [])
    assert (shop.waiting(), [letter["REASON"] for letter in shop.letters()]) == (0, ["ledger-refused"])


def test_an_event_that_no_queue_takes_is_told_of_without_it(shop: Shop, target: Target) -> None:
    target.script = answers(503)

    answer = shop.handle(event(shop, body="x" * 1_100_000), "adhoc")

    (letter,) = shop.letters()
    assert (answer["reason"], letter["REASON"], letter["body"]) == ("queue-refused", "queue-refused", "null")
    assert (shop.waiting(), [record.state for record in shop.records()]) == (0, ["undelivered"])


def test_a_text_that_xml_lacks_is_retried_and_arrives_as_it_was(shop: Shop, target: Target) -> None:
    target.script = answers(503)
    given = event(shop, body={NONCHARACTERS: NONCHARACTERS}, retry={"max_attempts": 2})
    assert json.loads(input_text(given)) == given

    assert shop.handle(given)["handed_over"]

    (message,) = shop.clients.client("sqs").receive_message(QueueUrl=shop.retry_url, WaitTimeSeconds=20)["Messages"]
    target.script = answers(200)
    shop.now += 30
    assert shop.come_back(message["Body"]) == []
    assert [json.loads(each.body) for each in target.received] == [given["body"]] * 2
    assert [record.state for record in shop.records()] == ["delivered"]


@pytest.mark.parametrize(
    "time",
    ["9999-12-31T23:59:59Z", "9998-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z"],
)
@pytest.mark.parametrize("member", ["schedule", "replay", "trigger"])
def test_a_time_at_the_end_of_time_is_a_refusal_and_no_crash(shop: Shop, time: str, member: str) -> None:
    given = event(shop, flexible_window_minutes=1440)
    if member == "schedule":
        given["schedule"]["time"] = time
    else:
        given[member] = {"id": "a", "at": time, **({"run": "own"} if member == "trigger" else {})}

    answer = shop.handle(given)

    assert (answer["outcome"], answer["reason"]) == ("permanent", "unsupported-request")
    assert [letter["REASON"] for letter in shop.letters()] == ["unsupported-request"]


def test_hops_end_thirteen_days_after_the_scheduled_time(shop: Shop, target: Target) -> None:
    message = RetryMessage(
        origin="catalog",
        request_id="r",
        attempt=1,
        due=shop.now,
        hops=5,
        since=shop.now - LONGEST_AGE_SECONDS - 1,
        reason="ledger",
        event=event(shop),
    )
    shop.clients.client("dynamodb").delete_table(TableName=shop.name)

    assert shop.come_back(message.to_json()) == ["m"]  # SQS moves it to the undelivered ones
    assert (shop.waiting(), target.received) == (0, [])


def test_a_stack_whose_ceiling_is_fourteen_days_gives_up_after_thirteen(shop: Shop, target: Target) -> None:
    day = 86_400
    given = event(shop, retry={"max_attempts": 5, "max_age_minutes": 14 * 1440})
    shop.configure(replace(shop.settings, retry_ceiling=Retry(max_attempts=9, max_age_minutes=14 * 1440)))
    shop.now += 13 * day

    assert shop.handle(given)["reason"] == "expired"
    assert target.received == []


@pytest.mark.parametrize("path", ESCAPES)
def test_no_path_leads_out_of_a_service_s_base_with_its_secret(shop: Shop, target: Target, path: str) -> None:
    assert any(finding.rule == "url" for finding in request_findings({"service": "billing", "path": path}))

    answer = shop.handle(event(shop, path=path), "adhoc")

    assert (answer["reason"], target.received) == ("bad-address", [])


@pytest.mark.parametrize("path", PLAIN)
def test_an_ordinary_path_arrives_as_it_was_written(shop: Shop, target: Target, path: str) -> None:
    assert shop.handle(event(shop, path=path))["success"]
    assert target.last.path == path


TWINS = (
    "Idempotency_Key",
    "Transfer_Encoding",
    "X_Schedule_Name",
    "x.scheduled.time",
    "X_Schedule_Origin",
    "x-schedule-origin-signature",
    "Host",
    "Content_Length",
    "webhook_id",
    "WEBHOOK.Signature",
    "traceparent",
    "Proxy",
)


@pytest.mark.parametrize("name", TWINS)
def test_no_header_passes_for_one_that_the_proxy_sets(shop: Shop, target: Target, name: str) -> None:
    assert [finding.rule for finding in request_findings({"headers": {name: "forged"}})] == ["header"]

    answer = shop.handle(event(shop, headers={name: "forged"}), "adhoc")

    assert (answer["reason"], target.received) == ("unsupported-request", [])


def test_no_header_passes_for_the_one_that_carries_the_secret(shop: Shop, target: Target) -> None:
    auth = {"type": "header", "name": "X-Api-Key", "secret": "key"}
    shop.clients.client("secretsmanager").create_secret(Name=f"{shop.name}/key", SecretString="the-true-one")
    bound = SecretBinding(services=("billing",), origins=("adhoc",))
    shop.configure(replace(shop.settings, secret_prefix=f"{shop.name}/", secrets={"key": bound}))
    request = {"headers": {"X_Api_Key": "forged"}, "auth": auth}
    assert [finding.rule for finding in request_findings(request)] == ["header"]

    assert shop.handle(event(shop, **request), "adhoc")["success"]

    assert {name: value for name, value in target.last.headers.items() if "api" in name} == {
        "x-api-key": "the-true-one"
    }


def test_two_names_that_servers_take_for_one_are_refused(shop: Shop, target: Target) -> None:
    answer = shop.handle(event(shop, headers={"X-Tenant": "mine", "X_Tenant": "theirs"}), "adhoc")

    assert (answer["reason"], target.received) == ("unsupported-request", [])


def deployed(shop: Shop, expression: str, due: float) -> dict[str, Any]:
    """The event of a schedule of the catalog that EventBridge Scheduler has, for the time `due`."""
    scheduler, name = shop.clients.client("scheduler"), f"{shop.name}-catalog"
    scheduler.create_schedule_group(Name=name)
    target = {
        "Arn": "arn:aws:lambda:eu-central-1:000000000000:function:f",
        "RoleArn": "arn:aws:iam::000000000000:role/r",
    }
    made = {"ScheduleExpression": expression, "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}
    arn = scheduler.create_schedule(GroupName=name, Name="launch", **made)["ScheduleArn"]
    time = datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return event(shop, schedule={"name": "launch", "arn": arn, "time": time})


def at(due: float) -> str:
    return f"at({datetime.fromtimestamp(due, UTC):%Y-%m-%dT%H:%M:%S})"


@pytest.mark.parametrize("hours", [0.1, 30.0])
def test_a_one_time_schedule_that_was_created_after_its_time_is_not_called_late(
    shop: Shop, target: Target, hours: float
) -> None:
    due = shop.now // 1 - hours * 3600

    answer = shop.handle(deployed(shop, at(due), due))

    assert (answer["outcome"], answer["reason"], target.received) == ("skipped", "created-late", [])
    assert [(record.state, record.reason) for record in shop.records()] == [("skipped", "created-late")]
    assert shop.letters() == []


def test_a_schedule_that_was_there_in_time_is_called_however_late_it_comes(shop: Shop, target: Target) -> None:
    due = shop.now // 1 + 60
    given = deployed(shop, at(due), due)
    shop.now = due + 600

    assert shop.handle(given)["success"]
    assert len(target.received) == 1


@pytest.mark.parametrize("expression", ["rate(5 minutes)", "cron(0 9 * * ? *)"])
def test_a_recurring_schedule_is_called_late_all_the_same(shop: Shop, target: Target, expression: str) -> None:
    assert shop.handle(deployed(shop, expression, shop.now // 1 - 600))["success"]


def test_an_application_s_late_call_is_made(shop: Shop, target: Target) -> None:
    due = shop.now // 1 - 600

    assert shop.handle(deployed(shop, at(due), due), "adhoc")["success"]


def test_a_schedule_that_nobody_finds_is_called(shop: Shop, target: Target) -> None:
    shop.now += 600
    given = event(shop)
    shop.now += 600

    assert shop.handle(given)["success"]


def test_a_lock_that_another_origin_takes_on_a_schedule_skips_none_of_its_runs(shop: Shop, target: Target) -> None:
    target.script = answers(503)
    shop.handle(event(shop, overlap="skip", retry={"max_attempts": 5}), "adhoc")
    target.script = answers(200)
    shop.now += 60

    own = event(shop, overlap="skip")

    assert shop.handle(own, "adhoc")["reason"] == "overlap", "the lock is held"
    assert shop.handle(own, "catalog")["success"]


def test_a_true_message_that_is_put_into_a_queue_again_and_again_is_one_call(shop: Shop, target: Target) -> None:
    given = event(shop)
    for copy in range(5):
        shop.now += 60
        replay = {"id": f"copy-{copy}", "at": datetime.fromtimestamp(shop.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        assert shop.handle({**given, "replay": replay})["success"]

    assert len(target.received) == 1
