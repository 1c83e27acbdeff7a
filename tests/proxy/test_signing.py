from __future__ import annotations

import json
import shutil
import subprocess
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from proxy.errors import RefusedError
from proxy.signing import signature_headers
from schedule_client.contract.run_keys import run_key
from tests.proxy.stage import ARN, TIME

ROOT = Path(__file__).parents[2]
VERIFIER = Path(__file__).with_name("verify.mjs")
NEW = "whsec_" + b64encode(bytes(range(32))).decode()
OLD = "whsec_" + b64encode(bytes(range(64))).decode()
OTHER = "whsec_" + b64encode(bytes(24)).decode()
KEY = run_key("catalog", ARN, TIME)
BODY = '{"note":"für <alle>","n":1.5}'.encode()


def signed(keys: str, body: bytes | None, seconds: int | None = None) -> dict[str, str]:
    seconds = int(time.time()) if seconds is None else seconds
    return {"webhook-id": KEY, **signature_headers("billing", keys, KEY, seconds, body, "catalog")}


def verify(key: str, body: bytes, headers: dict[str, str]) -> None:
    Webhook(key).verify(body, headers, json_parse=False)


def test_the_value_is_the_one_that_hmac_gives() -> None:
    # printf 'KEY.1767600012.{}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f -binary | base64
    assert signed(NEW, b"{}", 1767600012) == {
        "webhook-id": KEY,
        "webhook-timestamp": "1767600012",
        "webhook-signature": "v1,JGRiVvoUVdpVa7kwyBepD6UKqh6uxPVXXdqMvhPpeRE=",
        # The same over "origin:catalog.KEY.1767600012.{}".
        "X-Schedule-Origin-Signature": "v1,6rmRUjCFMpP1CkAZA7GA8TMuLLJgTRLZghscMktW2SM=",
    }


@given(
    st.binary(min_size=24, max_size=64), st.text(st.characters(exclude_categories=["Cs"])).map(str.encode) | st.none()
)
def test_the_official_library_verifies_every_body(key: bytes, body: bytes | None) -> None:
    text = "whsec_" + b64encode(key).decode()

    verify(text, body or b"", signed(text, body))


@pytest.mark.parametrize("keys", [f"{NEW} {OLD}", f"{NEW}\n{OLD}\n", f"  {OLD}\t{NEW} "])
def test_while_keys_are_changed_each_of_the_two_verifies(keys: str) -> None:
    headers = signed(keys, BODY)

    verify(NEW, BODY, headers)
    verify(OLD, BODY, headers)
    with pytest.raises(WebhookVerificationError):
        verify(OTHER, BODY, headers)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "webhook-signature", "body"])
def test_whatever_is_changed_on_the_way_is_seen(changed: str) -> None:
    message = {**signed(NEW, BODY), "body": BODY.decode()}
    other = {**signed(OTHER, b"{}", int(time.time()) - 1), "webhook-id": "v1.other", "body": "{}"}
    message[changed] = other[changed]

    with pytest.raises(WebhookVerificationError):
        verify(NEW, message.pop("body").encode(), message)


def test_the_official_library_for_javascript_verifies_the_same() -> None:
    node = shutil.which("node")
    if not node or not (ROOT / "node_modules/standardwebhooks").is_dir():
        pytest.skip("node and node_modules/standardwebhooks are missing: run npm ci")
    bodies = (BODY, b"", b"a=1&b=%C3%A4", "\u2028\U0001f600".encode())
    messages: list[dict[str, Any]] = [
        {"key": key, "body": body.decode(), "headers": signed(f"{NEW} {OLD}", body or None)}
        for body in bodies
        for key in (NEW, OLD, OTHER)
    ]
    ran = subprocess.run([node, VERIFIER], input=json.dumps(messages), capture_output=True, text=True, check=True)

    assert json.loads(ran.stdout) == ["verified", "verified", "No matching signature found"] * len(bodies)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ("", "one or two keys between white space, but has 0"),
        (f"{NEW} {OLD} {OTHER}", "but has 3"),
        ("s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t", 'starts with "whsec_"'),
        (NEW.removeprefix("whsec_"), 'starts with "whsec_"'),
        ("whsec_s3cr3t-s3cr3t_s3cr3t-s3cr3t", "is not Base64"),
        ("whsec_s3cr3ts3cr3ts3cr3ts3cr3ts3cr3t🔑", "is not Base64"),
        (NEW[:-1], "is not Base64"),
        ("whsec_" + b64encode(bytes(23)).decode(), "24 to 64 bytes, not 23"),
        ("whsec_" + b64encode(bytes(65)).decode(), "24 to 64 bytes, not 65"),
        (f"{NEW} whsec_", "24 to 64 bytes, not 0"),
    ],
)
def test_a_malformed_key_is_refused_by_name_and_not_quoted(keys: str, why: str) -> None:
    with pytest.raises(RefusedError) as raised:
        signed(keys, BODY)

    error = raised.value
    assert error.reason == "signing-key-malformed"
    assert error.message.startswith('the signing key "billing" cannot sign: ')
    assert why in error.message
    assert "s3cr3t" not in error.message
    # Nor by the error that was translated: its text quotes what it could not decode.
    assert error.__context__ is None
