from __future__ import annotations

import base64
import hmac
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from schedule_client.contract.origin_signature import origin_content
from schedule_client.webhooks import SignatureError, VerifiedCall, read_keys, verified, verify

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


def test_an_application_verifies_a_call_with_one_function() -> None:
    body = b'{"order":7}'
    headers = {name.title(): value for name, value in signed(NEW, body.decode()).items()}
    timestamp = headers["Webhook-Timestamp"]
    content = origin_content("shop", "v1.run", timestamp, body)
    mark = base64.b64encode(hmac.digest(read_keys(NEW)[0], content, "sha256")).decode()

    assert verify(headers, body, f"{OLD} {NEW}", now=NOW) == VerifiedCall("v1.run", None)
    proved = {**headers, "X-Schedule-Origin": "shop", "X-Schedule-Origin-Signature": f"v1,{mark}"}
    assert verify(proved, body, [OLD, NEW], now=NOW) == VerifiedCall("v1.run", "shop")
    assert verify({**proved, "X-Schedule-Origin": "catalog"}, body, NEW, now=NOW).origin is None


@pytest.mark.parametrize(
    ("change", "keys", "said"),
    [
        ({"webhook-signature": "v1,AAAA"}, NEW, "wrong, or more than five minutes off"),
        ({"webhook-timestamp": "1"}, NEW, "wrong, or more than five minutes off"),
        ({}, OTHER, "wrong"),
    ],
)
def test_a_call_that_proves_nothing_is_refused(change: dict[str, str], keys: str, said: str) -> None:
    with pytest.raises(SignatureError, match=said):
        verify(signed(NEW, "{}") | change, b"{}", keys, now=NOW)


def test_an_unsigned_call_and_a_key_that_is_none_are_told_apart() -> None:
    with pytest.raises(SignatureError, match="not signed"):
        verify({}, b"", NEW)
    for keys in ("", [], "secret"):
        with pytest.raises(ValueError, match="signing key"):
            verify(signed(NEW, ""), b"", keys)


def test_verifying_imports_neither_boto3_nor_the_service() -> None:
    code = "import sys, schedule_client.webhooks; print({'boto3', 'callback_api', 'fastapi'} & set(sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
