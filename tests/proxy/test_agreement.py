"""The proxy and `request.schema.json` agree on what a request is."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from proxy.routes import Routes
from schedule_client.contract.auth_clients import AuthClient
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.proxy_settings import ProxySettings
from tests.proxy.stage import EVENTS, golden, stage

ROOT = Path(__file__).parents[2]
SCHEMA = Draft202012Validator(json.loads((ROOT / "schemas" / "request.schema.json").read_text()))
BILLING = SecretBinding(services=("billing",), origins=("direct",))
SETTINGS = ProxySettings(
    services={"billing": "https://billing.example.com"},
    hosts=("api.example.com", "ads.example.com"),
    secrets={"billing-token": BILLING},
    clients={"account": AuthClient(type="oidc", binding=BILLING, audience="https://billing.example.com")},
)
# Nothing listens where this leads: a call that is made fails to connect.
NOWHERE = Routes.from_json('{"default": "http://127.0.0.1:9"}')
NAMES = sorted(path.stem for path in EVENTS.glob("*.json"))
VALUES = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -1,
        901,
        20161,
        1001,
        1.5,
        "",
        "x",
        "/",
        "/x",
        "//x",
        "GET",
        "get",
        "a b",
        "a\n",
        "\n",
        "x" * 8193,
        [],
        ["a"],
        [None],
        [[]],
        [{}],
        {},
        {"a": "b"},
        {"a": 1},
        {"a b": "c"},
        {"type": "bearer", "secret": "billing-token"},
        {"type": "oidc", "client": "account"},
        {"type": "oidc", "secret": "billing-token"},
        {"type": "bearer", "client": "account"},
        "account",
        "sigv4",
        {"id": "x", "at": "2027-01-05T10:30:00Z"},
        {"id": "x", "at": "2027-01-05T10:30:00Z", "run": "own"},
        "https://api.example.com/" + "a" * 2048,
        "ftp://api.example.com",
        "HTTPS://api.example.com",
        "https://api.example.com/ü",
    ]
)
KEYS = st.sampled_from(
    [
        "v",
        "target_url",
        "service",
        "path",
        "method",
        "headers",
        "params",
        "body",
        "auth",
        "timeout_seconds",
        "retry",
        "overlap",
        "owner",
        "schedule",
        "type",
        "secret",
        "client",
        "name",
        "arn",
        "time",
        "max_attempts",
        "max_age_minutes",
        "flexible_window_minutes",
        "labels",
        "metrics",
        "runbook",
        "key",
        "replay",
        "trigger",
        "id",
        "at",
        "run",
        "more",
    ]
)


def called(event: object) -> bool:
    """Whether the proxy tries to make the call."""
    shop = stage(SETTINGS, secrets={"billing-token": "s3cr3t"}, routes=NOWHERE)
    return shop.handle(event)["reason"] == "connect"


def places(value: object, pointer: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [pointer]
    if isinstance(value, dict) and pointer != ("body",):
        for key, inner in value.items():
            found += places(inner, (*pointer, key))
    return found


@st.composite
def mutations(draw: st.DrawFn) -> Any:
    """A golden event with one member changed, added or taken away."""
    event = copy.deepcopy(golden(draw(st.sampled_from(NAMES))))
    pointer = draw(st.sampled_from(places(event)))
    node = event
    for key in pointer[:-1]:
        node = node[key]
    inner = node[pointer[-1]] if pointer else event
    if isinstance(inner, dict) and draw(st.booleans()):
        inner[draw(KEYS)] = draw(VALUES)
    elif not pointer or draw(st.booleans()):
        return draw(VALUES) if not pointer else _without(event, node, pointer[-1])
    else:
        node[pointer[-1]] = draw(VALUES)
    return event


def _without(event: Any, node: dict[str, Any], key: str) -> Any:
    del node[key]
    return event


@pytest.mark.parametrize("name", NAMES)
def test_every_golden_event_is_valid_as_written_and_as_delivered_and_is_called(name: str) -> None:
    SCHEMA.validate(json.loads((EVENTS / f"{name}.json").read_text()))
    SCHEMA.validate(golden(name))

    assert called(golden(name))


@given(mutations())
def test_what_the_schema_refuses_is_never_called(event: Any) -> None:
    if called(event):
        SCHEMA.validate(event)


# What a schema cannot say, or says in the catalog's own checks: each refused by the proxy with a word of its own.
@pytest.mark.parametrize(
    "change",
    [
        {"headers": {"Host": "a"}},
        {"headers": {"X-A": "a", "x-a": "b"}},
        {"headers": {"X-A": "a\r\nb"}},
        {"path": "/../a"},
        {"service": "nobody"},
    ],
)
def test_the_proxy_is_stricter_where_a_schema_cannot_be(change: dict[str, Any]) -> None:
    event = {**golden("v1-service"), **change}

    SCHEMA.validate(event)
    assert not called(event)
