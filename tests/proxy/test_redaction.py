from __future__ import annotations

import html
import json
from base64 import b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.redaction import REDACTED, redacted
from proxy.transport import Reply

SECRET = "ann:pa\"ss<&>'-w/örd"


@pytest.mark.parametrize(
    "echo",
    [
        SECRET,
        SECRET.partition(":")[2],
        quote(SECRET, safe=""),
        html.escape(SECRET),
        html.escape(SECRET, quote=False),
        json.dumps({"php": SECRET}).replace("/", "\\/"),
        quote(b64encode(SECRET.encode()).decode(), safe=""),
        json.dumps(SECRET),
        json.dumps({"a": [SECRET]}, ensure_ascii=False),
        f"Basic {b64encode(SECRET.encode()).decode()}",
    ],
)
def test_an_answer_that_repeats_the_secret_is_kept_without_it(echo: str) -> None:
    reply = redacted(Reply(500, f"<{echo}>".encode(), echo, True, f"https://a/{echo}"), SECRET + "\n")

    kept = reply.body.decode() + reply.content_type + str(reply.redirected_to)
    assert kept.count(REDACTED) == 3
    assert "-w" not in kept
    assert b64encode(SECRET.encode()).decode() not in kept
    assert (reply.status, reply.complete) == (500, True)


@given(st.text(min_size=4).filter(lambda text: len(text.strip()) >= 4), st.binary(), st.binary())
def test_no_secret_of_four_characters_or_more_survives(secret: str, before: bytes, after: bytes) -> None:
    text = secret.strip().encode()
    body = redacted(Reply(200, before + text + after, "", True), secret).body

    assert text not in body.replace(REDACTED.encode(), b"\0" * len(REDACTED))


def test_an_answer_to_a_call_without_a_secret_is_kept_as_it_is() -> None:
    reply = Reply(200, b"plain", "text/plain", True)

    assert redacted(reply, None) is reply
