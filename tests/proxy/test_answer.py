from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.answer import answer
from proxy.delivered import Delivered
from proxy.outcome import of_reply
from proxy.transport import Reply


def content(body: bytes, content_type: str = "application/json", complete: bool = True) -> Any:
    given = answer(Delivered("delivered", of_reply(Reply(200, body, content_type, complete))), "v1.key")
    given["body"].encode()
    return json.loads(given["body"])["api_response"]


@pytest.mark.parametrize("body", [b"0", b"null", b'"a"', b'{"a":[1,2.5]}', b'"\\ud800"'])
def test_a_json_body_is_answered_as_its_value(body: bytes) -> None:
    assert content(body) == json.loads(body)


@pytest.mark.parametrize("body", [b"", b"{", b"NaN", b"[" * 60_000])
def test_what_only_claims_to_be_json_is_answered_as_text(body: bytes) -> None:
    assert content(body) == body.decode()


def test_no_json_is_too_deep_to_be_answered() -> None:
    for depth in range(300, 1000, 7):
        body = b"[" * depth + b"]" * depth
        given = answer(Delivered("delivered", of_reply(Reply(200, body, "application/json", True))), "v1.key")
        assert given["statusCode"] == 200


def test_a_cut_body_and_one_of_another_type_are_text() -> None:
    assert content(b'{"a": 1', complete=False) == '{"a": 1'
    assert content(b'{"a": 1}', "text/html") == '{"a": 1}'
    assert content(b"\xff\xfe") == "\ufffd\ufffd"
