"""Attacks on a replay: messages that whoever may write a queue has made up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from schedule_catalog.operations import UndeliveredCallError, UndeliveredQueues, replay
from tests.schedule_catalog.operations.aws import MANIFEST, NAMES, NOW, Clients, request
from tests.schedule_catalog.operations.messages import DEAD, TIME, by, by_scheduler, event

SENT = 1_795_338_000_000  # an hour after TIME
SHOP = "shop-remind"


def sends(aws: Clients, name: str = "nightly", group: str = NAMES.catalog_group, **values: Any) -> None:
    aws.scheduler.add(name, group, Target={"Input": request(name, owner="billing")}, **values)


def refusal(aws: Clients) -> str:
    """Why the one message is not replayed."""
    with UndeliveredQueues(aws.stack) as queues:
        (call,) = queues.read(10)
        with pytest.raises(UndeliveredCallError) as caught:
            replay(aws.stack, queues, call, NOW, "id")
    assert aws.functions.invoked == []
    return str(caught.value)


def replayed_by(aws: Clients) -> str:
    """The alias by which the one message is replayed."""
    with UndeliveredQueues(aws.stack) as queues:
        (call,) = queues.read(10)
        replay(aws.stack, queues, call, NOW, "id")
    ((function, _, _),) = aws.functions.invoked
    return function.rpartition(":")[2]


@pytest.mark.parametrize("time", ["2020-11-22T09:00:00Z", "2027-11-22T09:00:00Z", "0001-01-01T00:00:00Z", "soon"])
@pytest.mark.parametrize("origin", ["catalog", "shop", "adhoc"])
def test_a_time_that_is_long_past_or_still_to_come_is_refused(time: str, origin: str) -> None:
    aws = Clients()
    group, name = (NAMES.catalog_group, "nightly") if origin == "catalog" else (NAMES.adhoc_group, SHOP)
    sends(aws, name, group)
    by_scheduler(aws, "forged", group, name, sender=by(origin), SCHEDULED_TIME=time)

    assert ("an impossible schedule or time" if time == "soon" else "within two days of its time") in refusal(aws)


def test_a_time_that_is_no_fire_of_the_schedule_is_refused_with_the_nearest_fires() -> None:
    aws = Clients()
    sends(aws)
    by_scheduler(aws, "forged", SCHEDULED_TIME="2026-11-22T08:59:00Z")

    assert "does not fire at 2026-11-22T08:59:00Z: the nearest fires are" in refusal(aws)


def test_a_request_that_only_python_takes_for_the_schedule_s_is_refused() -> None:
    """`true` equals 1 there, and a target may do something else for it."""
    aws = Clients()
    aws.scheduler.add("nightly", Target={"Input": request("nightly", owner="billing", body={"force": 0})})
    by_scheduler(aws, "forged")
    (message,) = aws.sqs.queues[DEAD].values()
    message["Body"] = json.dumps(event(body={"force": False}))

    assert "no schedule of its origin sends this request" in refusal(aws)


def test_a_fire_from_before_the_schedule_was_made_is_refused() -> None:
    aws = Clients()
    sends(aws, CreationDate=datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
    by_scheduler(aws, "forged")

    assert "no schedule of its origin sends this request" in refusal(aws)


@pytest.mark.parametrize("sender", ["AROASHOP:x", "AROAADHOC:x", "AROANOBODY:x", "AROACATALOG", "123456789012", ":"])
def test_only_the_role_of_the_catalog_sends_calls_of_the_catalog(sender: str) -> None:
    """Everything else of the message is as EventBridge Scheduler would write it."""
    aws = Clients()
    sends(aws)
    by_scheduler(aws, "forged", sender=sender)

    assert "cannot be replayed" in refusal(aws)


@pytest.mark.parametrize("sender", ["callback", "catalog", "nobody"])
def test_an_application_s_calls_are_sent_by_its_own_role_or_by_that_of_before(sender: str) -> None:
    aws = Clients()
    by_scheduler(aws, "forged", NAMES.adhoc_group, SHOP, sender=by(sender))

    assert "cannot be replayed" in refusal(aws)


@pytest.mark.parametrize("origin", ["shop", "adhoc"])
def test_a_call_is_replayed_by_the_origin_that_sent_it(origin: str) -> None:
    """Its schedule is gone, as that of a one-time call is."""
    aws = Clients()
    by_scheduler(aws, "true", NAMES.adhoc_group, SHOP, sender=by(origin))

    assert replayed_by(aws) == origin


def test_a_request_that_the_schedule_does_not_send_is_refused_for_an_application_too() -> None:
    aws = Clients()
    sends(aws, SHOP, NAMES.adhoc_group)
    theirs = {**event(SHOP, NAMES.adhoc_group), "auth": {"type": "bearer", "secret": "billing-token"}}
    by_scheduler(aws, "forged", NAMES.adhoc_group, SHOP, sender=by("shop"))
    aws.sqs.queues[DEAD]["forged"]["Body"] = json.dumps(theirs)

    assert "no schedule of its origin sends this request" in refusal(aws)


def test_where_fires_cannot_be_known_the_role_and_the_request_decide() -> None:
    aws = Clients()
    sends(aws, ScheduleExpression="rate(7 minutes)")
    by_scheduler(aws, "true", SCHEDULED_TIME="2026-11-22T08:59:00Z")

    assert replayed_by(aws) == "catalog"


def test_what_eventbridge_scheduler_gave_up_is_replayed() -> None:
    aws = Clients()
    sends(aws)
    by_scheduler(aws, "true", sent=SENT)

    assert replayed_by(aws) == "catalog"
    assert TIME == "2026-11-22T09:00:00Z"


def test_a_stack_that_an_older_program_deployed_is_deployed_again_first() -> None:
    aws = Clients(replace(MANIFEST, senders={}))
    sends(aws)
    by_scheduler(aws, "true")

    assert "run pulumi up" in refusal(aws)
