"""The quick look at a request may miss nothing that the close look finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_client.contract.credentials import SECRET_WORDS, is_secret_name
from schedule_client.contract.placeholders import SCHEDULE_ARN, SCHEDULED_TIME
from schedule_client.contract.quick_scan import is_harmless


@pytest.mark.parametrize(
    "request_part",
    [
        {"url": "https://api.example.com/x"},
        {"path": "/x", "params": {"limit": 5, "state": ["open"]}, "headers": {"Accept": "text/plain"}},
        {"path": "/x", "body": {"at": SCHEDULED_TIME, "list": [SCHEDULE_ARN, None, 1.5, True]}},
    ],
)
def test_a_plain_request_needs_no_closer_look(request_part: dict[str, object]) -> None:
    assert is_harmless(request_part)


@pytest.mark.parametrize(
    "request_part",
    [
        {"url": "https://api.example.com/?a=1"},
        {"url": "http://user:word@api.example.com/"},
        {"path": f"/{SCHEDULED_TIME}"},
        {"path": "/x", "params": {"at": SCHEDULED_TIME}},
        {"path": SCHEDULED_TIME, "body": SCHEDULED_TIME},
        {"params": {SCHEDULED_TIME: "x"}, "body": SCHEDULED_TIME},
        {"body": {"at": "<aws.scheduler.attempt-number>"}},
        {"body": ["${NAME}"]},
        {"body": ["{{ name }}"]},
        {"body": {"Access-Key": "x"}},
        {"body": {"deep": [{"ClientSecret": 1}]}},
        {"body": "AKIAIOSFODNN7EXAMPLE"},
        {"headers": {"Cookie": "a"}},
    ],
)
def test_whatever_may_be_wrong_gets_a_closer_look(request_part: dict[str, object]) -> None:
    assert not is_harmless(request_part)


def test_a_body_too_deep_to_be_shown_gets_a_closer_look() -> None:
    body: list[object] = []
    for _ in range(1_000_000):  # from 3.14 on the size of the stack decides, not a number of levels
        body = [body]

    assert not is_harmless({"body": body})


@given(
    st.text(st.sampled_from("-_. aA"), max_size=2), st.sampled_from(["password", "pass_phrase", "apiKey", "auth key"])
)
def test_every_name_of_a_secret_holds_one_of_the_words(start: str, end: str) -> None:
    name = f"{start}{end}"

    assert is_secret_name(name)
    assert any(word in name.lower() for word in SECRET_WORDS)
