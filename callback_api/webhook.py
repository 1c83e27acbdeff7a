"""The signatures of Standard Webhooks, verified.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime

from schedule_client.contract import ORIGIN_HEADER, ORIGIN_SIGNATURE_HEADER, origin_content

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300
# "Between 24 bytes (192 bits) and 64 bytes (512 bits)".
_KEY_BYTES = range(24, 65)
# What a caller may have us compute: the sender signs with two keys at most.
_MOST_SIGNATURES = 8


def read_keys(text: str) -> tuple[bytes, ...]:
    """The keys in a text of `whsec_…` between white space; ValueError for what is none, without quoting it."""
    return tuple(_key(each) for each in text.split())


def verified_origin(keys: tuple[bytes, ...], headers: Mapping[str, str], body: bytes) -> str | None:
    """The origin of a call that is `verified`; None where no signature covers it, as from an older proxy."""
    origin = headers.get(ORIGIN_HEADER.lower(), "")
    content = origin_content(origin, headers.get("webhook-id", ""), headers.get("webhook-timestamp", ""), body)
    return origin if origin and _is_signed(keys, content, headers.get(ORIGIN_SIGNATURE_HEADER.lower(), "")) else None


def verified(keys: tuple[bytes, ...], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether one of `keys` signed `body` within five minutes of `now`; `headers` are looked up in lower case."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (message_id and timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    content = b"%s.%s.%s" % (message_id.encode(), timestamp.encode(), body)
    return _is_signed(keys, content, headers.get("webhook-signature", ""))


def _is_signed(keys: tuple[bytes, ...], content: bytes, signatures: str) -> bool:
    wanted = [hmac.digest(key, content, "sha256") for key in keys]
    given = [_signature(each) for each in signatures.split()[:_MOST_SIGNATURES]]
    return any(hmac.compare_digest(mine, theirs) for mine in wanted for theirs in given)


def _key(text: str) -> bytes:
    key = _decoded(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else b""
    if len(key) not in _KEY_BYTES:
        raise ValueError(
            f'a signing key is "{PREFIX}" and the Base64 of {_KEY_BYTES.start} to {_KEY_BYTES.stop - 1} bytes'
        )
    return key


def _signature(text: str) -> bytes:
    version, _, signature = text.partition(",")
    return _decoded(signature) if version == "v1" else b""


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
