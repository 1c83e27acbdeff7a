"""Verification of the signatures of calls, by Standard Webhooks; it only imports the standard library.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from schedule_client.contract.origin_signature import ORIGIN_HEADER, ORIGIN_SIGNATURE_HEADER, origin_content
from schedule_client.errors import ScheduleError

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300
# "Between 24 bytes (192 bits) and 64 bytes (512 bits)".
_KEY_BYTES = range(24, 65)
# Most signatures that a caller may make us compute: the sender signs with at most two keys.
_MOST_SIGNATURES = 8


class SignatureError(ScheduleError):
    """The signature of a call is missing, wrong, or too old: answer 401."""


@dataclass(frozen=True, slots=True)
class VerifiedCall:
    """A call that a key signed.

    run_key: equal for all attempts at a run; do the work of one only once.
    origin: `catalog`, or the application that scheduled the call; None if no signature covers it.
    """

    run_key: str
    origin: str | None


def verify(
    headers: Mapping[str, str], body: bytes, keys: str | Sequence[str], *, now: datetime | None = None
) -> VerifiedCall:
    """Return what a call proves, from its headers, the bytes of its body, and one or more `whsec_…` keys.

    `keys` may be one text with white space between keys. Raises SignatureError, and ValueError for a key that is
    none. The signature must be within five minutes of `now`, by default the wall clock.
    """
    known = read_keys(keys if isinstance(keys, str) else " ".join(keys))
    if not known:
        raise ValueError("there is no signing key: give the text of CALLBACK_SIGNING_KEYS, such as whsec_…")
    found = {name.lower(): value for name, value in headers.items()}
    if "webhook-signature" not in found:
        raise SignatureError("the call is not signed: it has no webhook-signature")
    if not verified(known, found, body, now or datetime.now(UTC)):
        raise SignatureError("the call's signature is wrong, or more than five minutes off this clock")
    return VerifiedCall(found["webhook-id"], verified_origin(known, found, body))


def read_keys(text: str) -> tuple[bytes, ...]:
    """Return the keys in a text of `whsec_…` between white space; ValueError for an invalid one, without quoting it."""
    return tuple(_key(each) for each in text.split())


def verified_origin(keys: tuple[bytes, ...], headers: Mapping[str, str], body: bytes) -> str | None:
    """Return the origin of a call that is `verified`; None if no signature covers it, as from an older proxy."""
    origin = headers.get(ORIGIN_HEADER.lower(), "")
    content = origin_content(origin, headers.get("webhook-id", ""), headers.get("webhook-timestamp", ""), body)
    return origin if origin and _is_signed(keys, content, headers.get(ORIGIN_SIGNATURE_HEADER.lower(), "")) else None


def verified(keys: tuple[bytes, ...], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Return whether one of `keys` signed `body` within five minutes of `now`; `headers` are in lower case."""
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
