from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_client.contract.checks import input_findings
from schedule_client.contract.errors import RequestError
from schedule_client.contract.event import INPUT_MAX_BYTES, build_event, input_text
from schedule_client.contract.features import FEATURES, unknown_features
from schedule_client.contract.placeholders import SCHEDULED_TIME
from schedule_client.contract.request import Auth, Request, Retry

EVENTS = Path(__file__).parents[2] / "events"


def golden(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def test_the_builder_writes_the_golden_event_of_a_service_key_by_key() -> None:
    request = Request(
        service="billing",
        path="/api/v1/invoices/close",
        headers={"X-Team": "billing", "X-Day": SCHEDULED_TIME},
        params={"region": ["eu", "us"], "limit": 100},
        body={"mode": "nightly", "day": SCHEDULED_TIME, "note": "für <alle>"},
        auth=Auth("header", "billing-token", "X-Api-Key"),
        timeout_seconds=20,
        retry=Retry(3, 30),
        overlap="skip",
        owner="billing",
    )

    event = build_event(request, "close-invoices")

    assert event == golden("v1-service")
    assert list(event) == list(golden("v1-service"))


def test_the_builder_leaves_out_what_is_absent_but_no_falsy_body() -> None:
    assert build_event(Request(url="https://ads.example.com/launch", body=False), "launch-campaign") == golden("v1-url")


@pytest.mark.parametrize(
    "request_", [Request(), Request(url="https://a", service="b", path="/"), Request(service="b"), Request(path="/")]
)
def test_a_request_has_one_target(request_: Request) -> None:
    with pytest.raises(RequestError, match="target"):
        build_event(request_, "name")


def test_the_text_keeps_what_the_scheduler_looks_for_and_what_people_wrote() -> None:
    text = input_text(build_event(Request(url="https://a.example.com", body="ä<b>&"), "n"))

    assert '"ä<b>&"' in text
    assert '"<aws.scheduler.schedule-arn>"' in text
    assert ": " not in text


@pytest.mark.parametrize("body", [float("nan"), float("inf"), "\ud800", {"a": b"bytes"}, {"a": object()}])
def test_what_json_has_not_is_refused(body: Any) -> None:
    with pytest.raises(RequestError):
        input_text({"body": body})


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
        max_leaves=10,
    )
)
def test_every_body_comes_back_as_it_was(body: Any) -> None:
    event = build_event(Request(url="https://a.example.com", body=body), "n")

    assert json.loads(input_text(event)).get("body") == body


def test_the_limit_counts_bytes_not_characters() -> None:
    assert list(input_findings("x" * INPUT_MAX_BYTES)) == []
    (finding,) = input_findings("ä" * (INPUT_MAX_BYTES // 2) + "x")

    assert (finding.pointer, finding.rule) == ((), "input-size")
    assert "196,609 bytes" in finding.message
    assert "196,608" in finding.message


def test_the_builder_writes_the_golden_event_of_a_client() -> None:
    request = Request(
        service="billing", path="/api/v1/invoices/close", auth=Auth("oidc", client="account"), owner="billing"
    )

    event = build_event(request, "close-invoices")

    assert event == golden("v1-client")
    assert list(event) == list(golden("v1-client"))
    assert unknown_features(event, ()) == ("auth.client",)
    assert unknown_features(event, FEATURES) == ()


def test_the_builder_writes_the_golden_event_of_an_application_s_call() -> None:
    request = Request(
        url="https://ads.example.com/launch",
        owner="ads",
        flexible_window_minutes=15,
        labels={"cost-centre": "7120"},
        metrics="per-schedule",
        runbook="https://wiki.example.com/campaign",
    )

    event = build_event(request, "ads-campaign-7", "campaign 7")

    assert event == golden("v1-call")
    assert list(event) == list(golden("v1-call"))
