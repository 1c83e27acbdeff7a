from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest

from proxy.errors import RefusedError
from proxy.message import Message, message
from proxy.run import Run
from schedule_client.contract.request import Auth, Request


def written(secret: str | None = None, **members: Any) -> Message:
    return message(
        Run(Request(url="https://a.example.com", **members), "direct", "v1.key", "run", "1"), "a.example.com", secret
    )


def test_a_bearer_secret_is_sent_without_the_line_end_it_was_stored_with() -> None:
    assert written("abc\n", auth=Auth("bearer", "s")).headers["Authorization"] == "Bearer abc"


def test_a_basic_secret_is_encoded_in_utf_8() -> None:
    value = written("user:pässword", auth=Auth("basic", "s")).headers["Authorization"]

    assert b64decode(value.removeprefix("Basic ")).decode() == "user:pässword"


def test_a_header_secret_replaces_a_header_of_that_name() -> None:
    headers = written("abc", auth=Auth("header", "s", "X-Api-Key"), headers={"x-api-key": "other"}).headers

    assert {name: value for name, value in headers.items() if name.lower() == "x-api-key"} == {"X-Api-Key": "abc"}


@pytest.mark.parametrize(
    ("auth", "secret"),
    [
        (Auth("bearer", "the-name"), "hidden\r\nX-Evil: 1"),
        (Auth("header", "the-name", "X-Key"), "hiddenü"),
        (Auth("bearer", "the-name"), " \n"),
        (Auth("basic", "the-name"), "hidden"),
    ],
)
def test_a_secret_that_no_header_can_carry_is_refused_by_name(auth: Auth, secret: str) -> None:
    with pytest.raises(RefusedError) as raised:
        written(secret, auth=auth)

    assert raised.value.reason == "secret-unusable"
    assert "the-name" in raised.value.message
    assert "hidden" not in raised.value.message


def test_json_is_compact_utf_8() -> None:
    sent = written(body={"ä": [1, None, "<x>"]})

    assert sent.body == '{"ä":[1,null,"<x>"]}'.encode()
    assert sent.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("content_type", ["application/vnd.api+json", "text/json; charset=utf-8"])
def test_a_content_type_of_the_request_is_kept(content_type: str) -> None:
    sent = written(body="text", headers={"content-type": content_type})

    assert (sent.body, sent.headers["content-type"]) == (b'"text"', content_type)
    assert "Content-Type" not in sent.headers


def test_a_text_under_another_content_type_is_sent_as_it_is() -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert written(body="a=1&b=2", headers=headers).body == b"a=1&b=2"
    assert written(body={"a": 1}, headers=headers).body == b'{"a":1}'


def test_a_form_is_encoded_with_its_lists_numbers_and_booleans_and_without_its_nulls() -> None:
    sent = written(form={"a b": "c&d=ü+", "n": [1, None, 2.5], "yes": True, "none": None, "empty": ""})

    assert sent.body == b"a+b=c%26d%3D%C3%BC%2B&n=1&n=2.5&yes=true&empty="
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_text_is_sent_unchanged_under_its_own_type_or_as_plain_text() -> None:
    plain = written(text='{"a": 1}\n{"ü": 2}\n')
    own = written(text="1", headers={"content-type": "application/json"})

    assert (plain.body, plain.headers["Content-Type"]) == ('{"a": 1}\n{"ü": 2}\n'.encode(), "text/plain; charset=utf-8")
    assert (own.body, own.headers["content-type"], "Content-Type" in own.headers) == (b"1", "application/json", False)


@pytest.mark.parametrize("content", [{"form": {"a": 1}}, {"text": "a"}, {"body": 1}])
def test_a_get_sends_none_of_the_bodies(content: dict[str, Any]) -> None:
    assert written(method="GET", **content).body is None


def test_the_user_agent_may_be_the_requests_own() -> None:
    assert written().headers["User-Agent"] == "schedule-catalog"
    assert "User-Agent" not in written(headers={"user-agent": "mine"}).headers


def test_a_message_shows_no_value() -> None:
    shown = repr(written("s3cr3t", auth=Auth("bearer", "s"), headers={"X-A": "s3cr3t"}, body="s3cr3t"))

    assert "s3cr3t" not in shown
    assert "X-A" in shown


@pytest.mark.parametrize("body", [0, False, "", [], {}, 1.5, "x"])
def test_every_value_but_null_is_a_body(body: Any) -> None:
    sent = written(body=body)

    assert sent.body is not None
    assert json.loads(sent.body) == body
