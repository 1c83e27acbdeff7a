from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.proxy_settings import ApplicationOrigin, ProxySettings
from tests.proxy.stage import ARN, BUS, TABLE, TIME, Stage, stage
from tests.proxy.target import answers, running

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "undelivered-event.schema.json").read_text())
RUNBOOK = "https://wiki.example.com/close"


def event(**members: Any) -> dict[str, Any]:
    return {
        "v": 1,
        "service": "billing",
        "path": "/close",
        "method": "POST",
        "schedule": {"name": "close-invoices", "arn": ARN, "time": TIME},
        "owner": "billing",
        "runbook": RUNBOOK,
        **members,
    }


def answered(status: int, origin: str = "catalog", given: dict[str, Any] | None = None, **settings: Any) -> Stage:
    with running(answers(status)) as target:
        known: dict[str, Any] = {"http_hosts": (target.netloc,), **settings}
        at = stage(
            ProxySettings(services={"billing": f"http://{target.netloc}"}, **known),
            secrets={"token": "s3cr3t"},
            ledger=True,
            bus=True,
        )
        at.handle(given or event(), origin)
        return at


def detail(at: Stage) -> dict[str, Any]:
    (published,) = at.aws.bus.entries
    found = json.loads(published["Detail"])
    Draft202012Validator(SCHEMA).validate(found)
    return found


def test_a_run_that_ends_undelivered_is_one_event():
    at = answered(404)
    (published,) = at.aws.bus.entries
    (letter,) = at.aws.letters

    assert {key: published[key] for key in ("EventBusName", "Source", "DetailType", "Resources")} == {
        "EventBusName": BUS,
        "Source": "schedule-catalog",
        "DetailType": "Run Undelivered",
        "Resources": [ARN],
    }
    assert detail(at) == {
        "version": 1,
        "project": "shop",
        "stack": "test",
        "name": "close-invoices",
        "owner": "billing",
        "origin": "catalog",
        "reason": "http-404",
        "message": "the target answered 404",
        "status": 404,
        "attempts": 1,
        "run_key": letter["RUN_KEY"],
        "schedule_arn": ARN,
        "scheduled_time": TIME,
        "undelivered_at": letter["UNDELIVERED_AT"],
        "runbook": RUNBOOK,
    }


def test_every_member_of_the_event_is_described_and_the_other_way_round():
    assert set(detail(answered(404))) == set(SCHEMA["properties"]) == set(SCHEMA["required"])


@pytest.mark.parametrize("status", [200, 503])
def test_a_run_that_is_delivered_or_goes_on_is_none(status: int):
    assert answered(status).aws.bus.entries == []


def test_a_person_who_waits_for_the_answer_needs_none():
    trigger = {"id": "t-1", "at": "2027-01-05T08:00:00Z", "run": "own"}

    assert answered(404, given=event(trigger=trigger)).aws.bus.entries == []


def test_an_event_that_names_no_run_is_told_of_as_well():
    found = detail(answered(200, given={"v": 2}))

    assert (found["reason"], found["name"], found["run_key"], found["owner"]) == (
        "unsupported-request",
        None,
        None,
        None,
    )


@pytest.mark.parametrize(("owner", "counted"), [("shop-team", "shop-team"), (None, None)])
def test_an_application_names_neither_somebody_elses_owner_nor_a_link(owner: str | None, counted: str | None):
    found = detail(answered(404, "shop", applications={"shop": ApplicationOrigin(owner)}))

    assert (found["origin"], found["owner"], found["runbook"]) == ("shop", counted, None)


def test_the_event_holds_no_header_body_or_secret():
    hidden = {
        "headers": {"X-Reason": "private-header"},
        "body": {"text": "private-body"},
        "params": {"q": "private-param"},
    }
    bound = SecretBinding(services=("billing",), origins=("catalog",))
    at = answered(404, given=event(auth={"type": "bearer", "secret": "token"}, **hidden), secrets={"token": bound})

    assert not any(word in json.dumps(at.aws.bus.entries) for word in ("private", "s3cr3t"))


@pytest.mark.parametrize("failure", ["AccessDeniedException", "refused", "unreachable"])
def test_a_bus_that_does_not_take_the_event_loses_nothing(failure: str, caplog: pytest.LogCaptureFixture):
    with running(answers(404)) as target:
        settings = ProxySettings(services={"billing": f"http://{target.netloc}"}, http_hosts=(target.netloc,))
        at = stage(settings, ledger=True, bus=True)
        at.aws.bus.failure = failure
        at.handle(event(), "catalog")
        assert at.handle(event(), "catalog")["outcome"] == "duplicate"

    assert len(at.aws.letters) == len(target.received) == 1
    assert [line["state"] for line in at.lines] == ["undelivered", "duplicate"]
    assert [message for message in caplog.messages if "the event bus does not take an event" in message]


def test_an_event_is_published_when_the_queue_and_the_ledger_know_of_the_run():
    at = answered(404)

    assert at.aws.bus.letters_before == [1]
    arguments = {"TableName": TABLE, "Key": {"pk": {"S": f"catalog#{ARN}"}, "sk": {"S": TIME}}}
    assert at.aws.table.get_item(**arguments)["Item"]["letter"] == {"S": "sent"}
