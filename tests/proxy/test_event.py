from __future__ import annotations

import copy
from typing import Any

import pytest

from proxy.errors import RefusedError
from proxy.event import read_run
from proxy.run import Run, Schedule
from schedule_client.contract.origins import origin_of
from schedule_client.contract.request import DEPTH_MAX, Auth, Request, Retry
from schedule_client.contract.run_keys import run_key, template_run_key
from tests.proxy.stage import ARN, TIME, FakeContext, golden


def parsed(event: object, alias: str = "catalog") -> Run:
    context = FakeContext(alias)
    return read_run(event, origin_of(context.invoked_function_arn), context.aws_request_id)


def refusal(event: object) -> RefusedError:
    with pytest.raises(RefusedError) as raised:
        parsed(event)
    return raised.value


def changed(path: tuple[str, ...], value: object) -> dict[str, Any]:
    event = copy.deepcopy(golden("v1-service"))
    node = event
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return event


def test_the_golden_event_of_version_1_is_read_whole() -> None:
    run = parsed(golden("v1-service"))

    assert run.schedule == Schedule("close-invoices", ARN, TIME)
    assert (run.origin, run.key) == ("catalog", run_key("catalog", ARN, TIME))
    assert run.request == Request(
        service="billing",
        path="/api/v1/invoices/close",
        headers={"X-Team": "billing", "X-Day": TIME},
        params={"region": ["eu", "us"], "limit": 100},
        body={"mode": "nightly", "day": TIME, "note": "für <alle>"},
        auth=Auth("header", "billing-token", "X-Api-Key"),
        timeout_seconds=20,
        retry=Retry(3, 30),
        overlap="skip",
        owner="billing",
    )


def test_a_form_and_a_text_are_read() -> None:
    form, text = parsed(golden("v1-form")).request, parsed(golden("v1-text")).request

    assert form.form == {
        "mode": "nightly run", "day": TIME, "table": ["leads", "deals"], "limit": 5, "dry_run": False, "none": None
    }  # fmt: skip
    assert (text.text, text.headers) == (f'{{"day":"{TIME}"}}\n{{}}\n', {"Content-Type": "application/x-ndjson"})
    assert (form.body, form.text, text.body, text.form) == (None, None, None, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"body": 1}, "the event has 2 bodies: body, form"),
        ({"text": "a"}, "the event has 2 bodies: form, text"),
        ({"form": [1]}, '"form" is not an object'),
        ({"form": None}, '"form" is not an object'),
        ({"form": {"a": {}}}, '"a" of "form" is not a text, number, boolean, null or a list of these'),
        ({"form": None, "text": ""}, '"text" is not a text'),
    ],
)
def test_an_event_has_one_body_of_its_kind(change: dict[str, Any], message: str) -> None:
    event = {key: value for key, value in {**golden("v1-form"), **change}.items() if key != "form" or value is not None}
    if change == {"form": None}:
        event = {**event, "form": None}

    assert refusal(event).message == message


@pytest.mark.parametrize("key", ["form", "text"])
def test_the_templates_form_has_no_other_body(key: str) -> None:
    assert "unknown key" in refusal({"target_url": "https://a.example.com", key: "a"}).message


@pytest.mark.parametrize("name", ["template", "template-minimal", "v1-url"])
def test_the_other_golden_events_are_read(name: str) -> None:
    event = golden(name)

    request = parsed(event).request

    assert (request.url, request.method, request.body) == (event["target_url"], event["method"], event.get("body"))


def test_an_event_without_a_schedule_has_the_key_of_its_invocation() -> None:
    run = parsed(golden("template-minimal"))

    assert (run.schedule, run.key) == (None, template_run_key("8f5c7a4e-request"))


@pytest.mark.parametrize(
    ("alias", "origin"),
    [("adhoc", "adhoc"), ("retry", "retry"), ("shop", "shop"), ("7", "direct"), ("$LATEST", "direct"), ("", "direct")],
)
def test_the_origin_is_the_alias_and_part_of_the_key(alias: str, origin: str) -> None:
    run = parsed(golden("v1-url"), alias)

    assert (run.origin, run.key) == (origin, run_key(origin, ARN, TIME))


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (changed(("v",), 2), "version"),
        (changed(("v",), True), "version"),
        (changed(("v",), "1"), "version"),
        (changed(("origin",), "adhoc"), '"origin"'),
        ({"target_url": "https://a.example.com", "owner": "me"}, '"owner"'),
        ({"target_url": "https://a.example.com", "schedule": {}}, '"schedule"'),
        ({}, "target"),
        (changed(("target_url",), "https://a.example.com"), "target"),
        (changed(("path",), None), '"path"'),
        (changed(("service",), ""), '"service"'),
        (changed(("method",), "TRACE"), "GET, HEAD, POST"),
        (changed(("method",), "post"), "GET, HEAD, POST"),
        (changed(("headers",), ["a"]), '"headers"'),
        (changed(("headers", "X-A"), 1), '"X-A"'),
        (changed(("headers", "X-A"), "a\r\nX-B: c"), "one line"),
        (changed(("headers", "X-A"), "a\0"), "one line"),
        (changed(("headers", "X-A"), "ü"), "ASCII"),
        (changed(("headers", "x-team"), "twice"), "twice"),
        (changed(("headers", "X A"), "a"), "header name"),
        (changed(("headers", "Host"), "a"), '"Host"'),
        (changed(("headers", "Transfer-Encoding"), "chunked"), '"Transfer-Encoding"'),
        (changed(("headers", "Idempotency-Key"), "mine"), '"Idempotency-Key"'),
        (changed(("headers", "WEBHOOK-ID"), "mine"), '"WEBHOOK-ID"'),
        (changed(("params",), []), '"params"'),
        (changed(("params", "a"), {"b": 1}), '"a"'),
        (changed(("params", "a"), [[1]]), '"a"'),
        (changed(("auth",), "token"), '"auth"'),
        (changed(("auth", "type"), "digest"), "bearer, basic, header"),
        (changed(("auth", "type"), "bearer"), '"name"'),
        (changed(("auth", "name"), "Host"), '"Host"'),
        (changed(("auth", "name"), "a b"), "header name"),
        (changed(("auth", "secret"), "a b"), '"secret"'),
        (changed(("auth", "value"), "x"), '"value"'),
        (changed(("timeout_seconds",), 0), "timeout_seconds"),
        (changed(("timeout_seconds",), True), "timeout_seconds"),
        (changed(("timeout_seconds",), 901), "timeout_seconds"),
        (changed(("retry", "max_attempts"), 0), "max_attempts"),
        (changed(("retry", "tries"), 1), '"tries"'),
        (changed(("overlap",), "queue"), "allow, skip"),
        (changed(("owner",), 7), '"owner"'),
        (changed(("schedule", "arn"), "arn:aws:s3:::bucket"), "ARN"),
        (changed(("schedule", "name"), "a\r\nb"), "name"),
        (changed(("schedule", "time"), "2027-01-05T08:00:00"), "UTC"),
        (changed(("schedule", "time"), "2027-02-30T08:00:00Z"), "UTC"),
        (changed(("schedule", "time"), "٢٠٢٧-01-05T08:00:00Z"), "UTC"),
        (changed(("body",), float("nan")), "JSON does not have"),
        (changed(("body",), [float("-inf")]), "JSON does not have"),
        (changed(("body",), "\ud800"), "surrogate"),
        (changed(("body",), {"\udfff": 1}), "surrogate"),
        (["target_url"], "object"),
    ],
)
def test_whatever_is_not_understood_is_refused_with_a_word_on_why(event: object, message: str) -> None:
    error = refusal(event)

    assert error.reason == "unsupported-request"
    assert message in error.message


@pytest.mark.parametrize(
    "path", [("body",), ("headers", "X-Day"), ("params", "day"), ("schedule", "arn"), ("schedule", "time")]
)
def test_a_keyword_left_in_the_event_is_refused_and_never_hashed(path: tuple[str, ...]) -> None:
    assert refusal(changed(path, "<aws.scheduler.scheduled-time>")).reason == "unsubstituted-placeholder"


def test_an_event_may_be_nested_deeply_but_not_endlessly() -> None:
    def nested(levels: int) -> object:
        value: object = 1
        for _ in range(levels):
            value = [value]
        return value

    assert parsed({"target_url": "https://a.example.com", "body": nested(DEPTH_MAX - 3)})
    assert "nested" in refusal({"target_url": "https://a.example.com", "body": nested(100_000)}).message


@pytest.mark.parametrize(
    "path", [("headers", "X-A"), ("params", "a"), ("auth", "secret"), ("auth", "type"), ("method",)]
)
@pytest.mark.parametrize("value", ["hidden value\r\n", ["hidden", ["x"]], {"hidden": {}}])
def test_no_refusal_quotes_a_value(path: tuple[str, ...], value: object) -> None:
    if path == ("params", "a") and isinstance(value, str):
        path = ("params",)

    assert "hidden" not in refusal(changed(path, value)).message
