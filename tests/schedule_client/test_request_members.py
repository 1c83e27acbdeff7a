"""What the client accepts, the proxy reads: a call that is refused when it fires would be found at night."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.event import read_run
from schedule_client import Auth, Request, RequestRefusedError, Retry
from schedule_client.checked_input import checked_input
from schedule_client.contract.request import DEPTH_MAX
from tests.schedule_client.aws import SETTINGS

ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 20000),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=2),
    st.sampled_from(("GET", "bearer", "header", "oidc", "skip", "per-schedule", "https://a.example.com/x", "X-A")),
)
VALUES = st.recursive(ODD, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(ODD, inner, max_size=2))
MEMBERS = {
    "method": ODD,
    "headers": st.dictionaries(ODD, ODD, max_size=2) | ODD,
    "params": st.dictionaries(ODD, VALUES, max_size=2) | ODD,
    "body": VALUES,
    "auth": st.builds(Auth, ODD, ODD, ODD, ODD) | st.builds(Auth, st.just("oidc"), client=ODD) | ODD,
    "timeout_seconds": ODD,
    "retry": st.builds(Retry, ODD, ODD) | ODD,
    "overlap": ODD,
    "owner": ODD,
    "flexible_window_minutes": ODD,
    "labels": st.dictionaries(ODD, ODD, max_size=2) | ODD,
    "metrics": ODD,
    "runbook": ODD,
}


def accepted(**members: Any) -> str:
    return checked_input(Request(url="https://a.example.com/x", **members), "adhoc-x-1", None, SETTINGS)


def read(text: str) -> Request:
    filled = text.replace("<aws.scheduler.scheduled-time>", "2027-01-05T08:00:00Z")
    filled = filled.replace("<aws.scheduler.schedule-arn>", "arn:aws:scheduler:eu-central-1:123456789012:schedule/g/n")
    return read_run(json.loads(filled), "adhoc", "request-1").request


@given(st.fixed_dictionaries({}, optional=MEMBERS))
def test_what_the_client_accepts_the_proxy_reads(members: dict[str, Any]) -> None:
    try:
        text = accepted(**members)
    except RequestRefusedError:
        return
    read(text)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"auth": Auth("digest", "a")}, "auth.type: 'digest' is not one of bearer, basic, header"),  # pyright: ignore[reportArgumentType]
        ({"auth": Auth("oidc")}, "auth.client: None is not the name of a client"),
        ({"auth": Auth("oidc", client="A b")}, "auth.client: 'A b' is not the name of a client"),
        ({"auth": Auth("sigv4", "token", client="a")}, 'auth.secret: the type "sigv4" has a client'),
        (
            {"auth": Auth("bearer", "token", client="a")},
            "auth.client: only the types oidc, oauth2, sigv4 have a client",
        ),
        ({"auth": Auth("bearer", "a b")}, "auth.secret: 'a b' is not the name of a secret"),
        ({"auth": Auth("header", "a")}, 'auth.name: the type "header" needs the name of the header'),
        ({"auth": Auth("bearer", "a", "X-A")}, "auth.name: .* no other type has one"),
        ({"labels": {"a": 1}}, "labels.a: 1 is not a text"),
        ({"headers": {1: "a"}}, "headers.1: the name 1 is not a text"),
        ({"body": {1: "a"}}, "body: the key 1 is not a text"),
        ({"owner": ""}, "owner: '' is not a text"),
        ({"metrics": "all"}, "metrics: 'all' is not one of per-schedule"),
        ({"flexible_window_minutes": 1441}, "flexible_window_minutes: 1441 is not a whole number from 1 to 1,440"),
        ({"method": 3}, "method: 3 is not one of GET"),
        ({"runbook": 3}, "runbook: 3 is not a text"),
    ],
)
def test_a_member_that_the_proxy_would_refuse_is_refused_by_its_name(members: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestRefusedError, match=said):
        accepted(**members)


def nested(levels: int) -> Any:
    body: Any = 1
    for _ in range(levels):
        body = [body]
    return body


def test_a_body_is_as_deep_as_the_proxy_reads_and_no_deeper() -> None:
    deepest = nested(DEPTH_MAX - 2)

    assert read(accepted(body=deepest)).body == deepest
    with pytest.raises(RequestRefusedError, match="nested deeper than 98 levels"):
        accepted(body=[deepest])


def test_a_body_that_contains_itself_is_refused() -> None:
    body: list[Any] = []
    body += [body, body]

    with pytest.raises(RequestRefusedError, match="nested deeper"):
        accepted(body=body)
