from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from schedule_client.contract.retry_message import RetryMessage, RetryMessageError, Unrecorded

MESSAGE = RetryMessage(
    origin="catalog",
    request_id="8f5c7a4e",
    attempt=2,
    due=1767600000.5,
    hops=3,
    since=1767590000.0,
    reason="http-503",
    event={"v": 1, "body": "für <alle>"},
)


@pytest.mark.parametrize("unrecorded", [None, Unrecorded(holder="r", attempt=1, state="delivered", status=200)])
def test_a_message_is_read_back_as_it_was_written(unrecorded: Unrecorded | None) -> None:
    message = replace(MESSAGE, unrecorded=unrecorded)

    assert RetryMessage.from_json(message.to_json()) == message


def changed(**members: Any) -> str:
    return json.dumps({**json.loads(MESSAGE.to_json()), **members})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        changed(v=2),
        changed(more=1),
        changed(attempt="2"),
        changed(due=None),
        changed(hops=True),
        changed(origin=1),
        changed(unrecorded={"holder": "r"}),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(RetryMessageError):
        RetryMessage.from_json(text)
