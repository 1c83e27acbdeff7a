from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.routes import Routes
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.run_keys import run_key, template_run_key
from tests.proxy.stage import ARN, TIME, FakeContext, Stage, golden, stage
from tests.proxy.target import Target, answers, resets, running


@pytest.fixture(name="target")
def _target() -> Iterator[Target]:
    with running(answers(200, b'{"closed":7}', Content_Type="application/json")) as target:
        yield target


@pytest.fixture(name="shop")
def _shop(target: Target) -> Iterator[Stage]:
    settings = ProxySettings(
        services={
            "billing": f"http://{target.netloc}/base/?v=2",
            "broken": "https://[",
            "plain": "http://plain.example.com",
        },
        hosts=("api.example.com",),
        http_hosts=(target.netloc,),
        secret_prefix="/shop/",
        secrets={"billing-token": SecretBinding(services=("billing",), origins=("catalog",))},
    )
    shop = stage(settings, secrets={"/shop/billing-token": "s3cr3t-value\n"})
    yield shop
    shop.close()


def call(target: Target, **members: Any) -> dict[str, Any]:
    return {"target_url": f"http://{target.netloc}/x", **members}


def v1(**members: Any) -> dict[str, Any]:
    schedule = {"name": "close-invoices", "arn": ARN, "time": TIME}
    return {"v": 1, "service": "billing", "path": "/close", "schedule": schedule, **members}


def test_a_catalog_call_arrives_with_all_that_it_promises(shop: Stage, target: Target) -> None:
    answer = shop.handle(golden("v1-service"), "catalog")

    key = run_key("catalog", ARN, TIME)
    request = target.last
    assert request.line == "POST /base/api/v1/invoices/close?v=2&region=eu&region=us&limit=100 HTTP/1.1"
    assert request.headers["host"] == target.netloc
    assert request.headers["x-schedule-name"] == "close-invoices"
    assert request.headers["x-scheduled-time"] == request.headers["x-day"] == TIME
    assert request.headers["idempotency-key"] == request.headers["webhook-id"] == key
    assert request.headers["x-api-key"] == "s3cr3t-value"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {"mode": "nightly", "day": TIME, "note": "für <alle>"}
    assert answer == {
        "statusCode": 200,
        "success": True,
        "api_status": 200,
        "api_response": {"closed": 7},
        "handed_over": False,
        "outcome": "delivered",
        "reason": None,
        "message": None,
        "run_key": key,
    }


def test_an_event_of_the_templates_form_just_works(shop: Stage, target: Target) -> None:
    event = {**golden("template"), "target_url": f"http://{target.netloc}/v1/reports?kind=daily"}

    answer = shop.handle(event)

    request = target.last
    assert request.line == "PUT /v1/reports?kind=daily&page=1&tag=a%20b&tag=%C3%A4%26%3D&dry=false HTTP/1.1"
    assert json.loads(request.body) == event["body"]
    assert request.headers["idempotency-key"] == answer["run_key"] == template_run_key("8f5c7a4e-request")
    assert "x-schedule-name" not in request.headers


def test_an_event_of_the_templates_form_is_answered_in_that_form(shop: Stage, target: Target) -> None:
    answer = shop.handle(call(target, method="put", headers={"Authorization": "Bearer in-clear"}))

    assert target.last.line.startswith("PUT ")
    assert target.last.headers["authorization"] == "Bearer in-clear"
    assert (answer["statusCode"], answer["success"], answer["api_status"]) == (200, True, 200)
    assert answer["api_response"] == '{"closed":7}'
    assert [line["schedule"] for line in shop.lines] == [f"PUT {target.netloc}"]

    refused = shop.handle({"target_url": "https://evil.example.com/"})
    assert (refused["success"], "evil.example.com" in refused["error"]) == (False, True)


def test_only_the_template_s_form_has_methods_in_lower_case(shop: Stage, target: Target) -> None:
    assert shop.handle({**golden("v1-url"), "method": "post"})["reason"] == "unsupported-request"


def test_the_method_is_post_when_the_event_does_not_say(shop: Stage, target: Target) -> None:
    shop.handle(call(target))

    assert target.last.line.startswith("POST ")


@pytest.mark.parametrize("body", [0, False, "", [], {}])
def test_a_falsy_body_is_a_body(shop: Stage, target: Target, body: object) -> None:
    shop.handle(call(target, body=body))

    assert json.loads(target.last.body) == body
    assert target.last.headers["content-type"] == "application/json"


@pytest.mark.parametrize("members", [{}, {"body": None}, {"method": "GET"}, {"method": "GET", "body": {"a": 1}}])
def test_no_body_is_sent_for_null_for_none_and_for_get(shop: Stage, target: Target, members: dict[str, Any]) -> None:
    shop.handle(call(target, **members))

    assert target.last.body == b""
    assert "content-type" not in target.last.headers


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422])
def test_other_statuses_are_permanent_and_answered(status: int) -> None:
    with running(answers(status, b"no")) as target:
        shop = stage(ProxySettings(http_hosts=(target.netloc,)))
        answer = shop.handle(call(target), "catalog")
        shop.close()

    assert (answer["success"], answer["outcome"], answer["reason"]) == (False, "permanent", f"http-{status}")
    assert (answer["statusCode"], answer["api_status"], answer["api_response"]) == (status, status, "no")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("alias", ["catalog", "adhoc", ""])
def test_a_retryable_failure_waits_on_the_queue_for_its_next_attempt(status: int, alias: str) -> None:
    with running(answers(status, b"secret stack trace")) as target:
        shop = stage(ProxySettings(http_hosts=(target.netloc,)))
        answer = shop.handle(call(target), alias)
        shop.close()

    assert (answer["statusCode"], answer["outcome"], answer["handed_over"]) == (status, "retryable", True)
    (message,) = shop.aws.retries
    assert (message["origin"], message["attempt"], message["reason"]) == (alias or "direct", 2, f"http-{status}")
    assert message["event"] == call(target)
    assert "secret" not in json.dumps(message)
    assert [line["state"] for line in shop.lines] == ["waiting"]


def test_a_permanent_failure_is_kept_with_its_reason(shop: Stage, target: Target) -> None:
    target.script = answers(404)

    answer = shop.handle(v1(), "catalog")

    assert (answer["outcome"], answer["handed_over"]) == ("permanent", False)
    (letter,) = shop.aws.letters
    assert letter["body"] == v1()
    assert (letter["REASON"], letter["STATUS"], letter["ORIGIN"]) == ("http-404", "404", "catalog")
    assert letter["RUN_KEY"] == answer["run_key"]
    assert shop.aws.retries == []


def test_a_request_for_one_attempt_is_not_tried_again(shop: Stage, target: Target) -> None:
    target.script = answers(503)

    answer = shop.handle(v1(retry={"max_attempts": 1}), "catalog")

    assert (answer["statusCode"], answer["outcome"], answer["handed_over"]) == (503, "retryable", False)
    assert [letter["REASON"] for letter in shop.aws.letters] == ["http-503"]


def test_a_broken_target_never_stops_the_next_call(shop: Stage, target: Target) -> None:
    healthy, target.script = target.script, resets
    assert shop.handle(call(target))["reason"] == "connection-lost"

    target.script = healthy

    assert shop.handle(call(target))["success"]


def test_calls_reuse_the_connection(shop: Stage, target: Target) -> None:
    for _ in range(5):
        assert shop.handle(call(target, body={"n": 1}))["success"]

    assert (len(target.received), target.connections) == (5, 1)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (v1(service="nobody"), "unknown-service"),
        (v1(service="broken"), "bad-service"),
        (v1(service="plain"), "host-not-allowed"),
        (v1(path="/a/../../b"), "bad-address"),
        (v1(path="//evil.example.com/"), "bad-address"),
        (v1(path="/%2e%2E/b"), "bad-address"),
        ({"target_url": "https://evil.example.com/"}, "host-not-allowed"),
        ({"target_url": "http://api.example.com/"}, "host-not-allowed"),
        ({"target_url": "https://api.example.com:8443/"}, "host-not-allowed"),
        ({"target_url": "https://api.example.com@evil.example.com/"}, "bad-address"),
        ({"target_url": "https://169.254.169.254/latest/meta-data/"}, "host-not-allowed"),
        ({"target_url": "https://2852039166/"}, "bad-address"),
        (v1(auth={"type": "bearer", "secret": "ssm:other"}), "secret-unbound"),
        (
            {"target_url": "https://api.example.com/", "body": "<aws.scheduler.scheduled-time>"},
            "unsubstituted-placeholder",
        ),
        ({"v": 2}, "unsupported-request"),
        ({"Records": []}, "unsupported-request"),
        ([], "unsupported-request"),
        (None, "unsupported-request"),
    ],
)
def test_what_may_not_be_called_is_refused_for_good_and_nothing_is_sent(
    shop: Stage, target: Target, event: object, reason: str
) -> None:
    answer = shop.handle(event, "catalog")

    assert (answer["statusCode"], answer["outcome"], answer["reason"]) == (400, "permanent", reason)
    assert answer["message"]
    assert target.received == []
    assert [line["reason"] for line in shop.lines] == [reason]


def test_a_secret_goes_only_where_and_for_whom_it_is_bound(shop: Stage, target: Target) -> None:
    bound = v1(auth={"type": "bearer", "secret": "billing-token"})

    assert shop.handle(bound, "catalog")["success"]
    assert target.last.headers["authorization"] == "Bearer s3cr3t-value"
    assert shop.handle(bound, "adhoc")["reason"] == "secret-unbound"
    url = {key: value for key, value in bound.items() if key not in ("service", "path")}
    assert shop.handle({**url, "target_url": f"http://{target.netloc}/"}, "catalog")["reason"] == "secret-unbound"
    assert len(target.received) == 1


def test_a_call_is_not_begun_without_time_to_answer(shop: Stage, target: Target) -> None:
    answer = shop.handle(call(target), seconds=0.0)

    assert (answer["outcome"], answer["reason"]) == ("retryable", "no-time")
    assert target.received == []


def test_a_timeout_is_cut_to_what_is_left_of_the_functions_time(shop: Stage, target: Target) -> None:
    target.script = lambda connection: time.sleep(1)

    answer = shop.handle(v1(timeout_seconds=900), seconds=2.2)

    assert (answer["outcome"], answer["reason"], answer["statusCode"]) == ("retryable", "timeout", 504)


def test_on_a_laptop_calls_go_to_the_receiver_with_their_own_path_and_host(target: Target) -> None:
    routes = Routes.from_json(json.dumps({"default": f"http://{target.netloc}", "direct": ["127.0.0.1"]}))
    settings = ProxySettings(services={"callback": f"http://{target.netloc}"}, hosts=("api.example.com",))
    shop = stage(settings, routes=routes)

    assert shop.handle({"target_url": "https://api.example.com/launch?a=1"})["success"]
    assert (target.last.path, target.last.headers["host"]) == ("/launch?a=1", "api.example.com")
    assert shop.handle(v1(service="callback"))["success"]
    assert target.last.headers["host"] == target.netloc
    assert shop.handle({"target_url": "https://evil.example.com/"})["reason"] == "host-not-allowed"
    shop.close()


def test_a_line_says_what_became_of_each_event_and_nothing_secret(shop: Stage, target: Target) -> None:
    event = v1(
        headers={"X-Note": "hidden-header"},
        params={"q": "hidden-param"},
        body="hidden-body",
        owner="billing",
        auth={"type": "bearer", "secret": "billing-token"},
    )
    shop.handle(event, "catalog")
    sent = target.last.headers["traceparent"]
    target.script = answers(302, b"hidden-answer", Location="https://evil.example.com/a?token=hidden-query")
    shop.handle(event, "catalog")

    assert "hidden" not in shop.output.getvalue()
    assert "s3cr3t" not in shop.output.getvalue()
    first, second = shop.all_lines
    assert first["milliseconds"] > 0
    metrics = {name for name in first if not name.islower()}
    assert {name: value for name, value in first.items() if name not in metrics | {"_aws", "milliseconds"}} == {
        "event": "outcome",
        "at": "2027-01-05T08:00:12.000Z",
        "owner": "billing",
        "schedule": "close-invoices",
        "scheduled_time": TIME,
        "run_key": run_key("catalog", ARN, TIME),
        "origin": "catalog",
        "attempt": 1,
        "state": "delivered",
        "status": 200,
        "lateness_seconds": 12.0,
        "traceparent": sent,
    }
    assert (second["outcome"], second["reason"], second["status"]) == ("permanent", "redirect", 302)
    assert second["message"] == 'the target answered 302 to "https://evil.example.com/a": redirects are not followed'


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KEYS = (
    "v",
    "target_url",
    "service",
    "path",
    "method",
    "headers",
    "params",
    "body",
    "auth",
    "retry",
    "schedule",
    "timeout_seconds",
)


@given(st.dictionaries(st.sampled_from(KEYS), JSON | st.just("https://api.example.com/")) | JSON)
def test_no_event_makes_the_handler_raise_or_call_out(event: object) -> None:
    shop = stage(ProxySettings())

    answer = shop.proxy.handle(event, FakeContext("catalog"))

    assert json.loads(answer["body"])["outcome"] == "permanent"


@given(st.sampled_from(KEYS), JSON)
def test_no_change_of_a_good_event_makes_the_handler_raise(key: str, value: object) -> None:
    # Nothing listens where the route leads, so that whatever is accepted fails on the way.
    nowhere = Routes.from_json('{"default": "http://127.0.0.1:9"}')
    shop = stage(ProxySettings(services={"billing": "https://billing.example.com"}), routes=nowhere)
    event = {**golden("v1-service"), "auth": None, key: value}
    if event["auth"] is None:
        del event["auth"]

    answer = shop.handle(event)

    assert answer["reason"] in ("connect", "unsupported-request", "bad-address", "unknown-service", "secret-unbound")
