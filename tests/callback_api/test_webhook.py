from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from callback_api.webhook import read_keys, verified

NOW = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)
OLD, NEW, OTHER = ("whsec_" + base64.b64encode(bytes([number]) * 32).decode() for number in range(3))


def signed(key: str, body: str, at: datetime = NOW, message_id: str = "v1.run") -> dict[str, str]:
    """What the official library sends."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(key).sign(message_id, at, body),
    }


@given(st.text(max_size=50).filter(lambda text: text.isprintable()))
def test_what_the_official_library_signs_is_verified(body: str) -> None:
    assert verified(read_keys(NEW), signed(NEW, body), body.encode(), NOW)


@pytest.mark.parametrize("keys", [f"{OLD} {NEW}", f"{NEW}\n{OLD}\n"])
@pytest.mark.parametrize("key", [OLD, NEW])
def test_either_of_two_keys_is_enough(keys: str, key: str) -> None:
    assert verified(read_keys(keys), signed(key, "{}"), b"{}", NOW)


def test_one_of_several_signatures_is_enough() -> None:
    headers = signed(NEW, "{}")
    headers["webhook-signature"] = f"v1a,AAAA v1,AAAA {headers['webhook-signature']}"

    assert verified(read_keys(NEW), headers, b"{}", NOW)


@pytest.mark.parametrize(("seconds", "valid"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_a_call_is_valid_for_five_minutes_around_its_time(seconds: int, valid: bool) -> None:
    assert verified(read_keys(NEW), signed(NEW, "{}"), b"{}", NOW + timedelta(seconds=seconds)) is valid


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "v1.other"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1799136001"},
        {"webhook-timestamp": "x"},
        {"webhook-timestamp": "²"},
        {"webhook-timestamp": "9" * 30},
        {"webhook-timestamp": ""},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": "v1,AAAA"},
    ],
)
def test_whatever_is_changed_is_noticed(change: dict[str, str]) -> None:
    assert not verified(read_keys(NEW), signed(NEW, "{}") | change, b"{}", NOW)


def test_another_body_or_another_key_is_noticed() -> None:
    assert not verified(read_keys(NEW), signed(NEW, "{}"), b"[]", NOW)
    assert not verified(read_keys(OTHER), signed(NEW, "{}"), b"{}", NOW)
    assert not verified((), signed(NEW, "{}"), b"{}", NOW)


@pytest.mark.parametrize(
    "text", ["x", "whsec_", "whsec_QUJD", "whsec_" + "QUJD" * 30, "whsec_%", NEW.removeprefix("whsec_")]
)
def test_a_key_that_is_none_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(ValueError, match="a signing key is") as caught:
        read_keys(text)

    assert len(text) < 8 or text not in str(caught.value)
