"""Signatures of Standard Webhooks, with which a target verifies that the proxy made the call and nothing changed it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from proxy.errors import RefusedError
from schedule_client.contract.origin_signature import ORIGIN_SIGNATURE_HEADER, origin_content

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "whsec_"
# "Between 24 bytes (192 bits) and 64 bytes (512 bits)": the section on signature schemes.
_KEY_BYTES = range(24, 65)
_MOST_KEYS = 2


def signature_headers(
    name: str, keys: str, run_key: str, seconds: int, body: bytes | None, origin: str
) -> dict[str, str]:
    """Return the headers that sign `body`, sent `seconds` after 1970 (UTC) with the ID `run_key`, itself a header.

    A second signature also covers `origin`, which is sent too. `keys` is the text of the signing key `name`: one or two
    `whsec_…` keys between white space. Each of them signs, so that a target may have either. Raises
    RefusedError (`signing-key-malformed`), which names the key and quotes none.
    """
    content = b"%s.%d.%s" % (run_key.encode(), seconds, body or b"")
    read = tuple(_keys(name, keys))
    return {
        "webhook-timestamp": str(seconds),
        "webhook-signature": _signatures(read, content),
        ORIGIN_SIGNATURE_HEADER: _signatures(read, origin_content(origin, run_key, str(seconds), body or b"")),
    }


def _signatures(keys: tuple[bytes, ...], content: bytes) -> str:
    return " ".join(f"v1,{b64encode(hmac.digest(key, content, 'sha256')).decode()}" for key in keys)


def _keys(name: str, text: str) -> Iterator[bytes]:
    texts = text.split()
    if not 1 <= len(texts) <= _MOST_KEYS:
        raise _malformed(name, f"it must have one or two keys between white space, but has {len(texts)}")
    for each in texts:
        yield _key(name, each)


def _key(name: str, text: str) -> bytes:
    if not text.startswith(_PREFIX):
        raise _malformed(name, f'a key starts with "{_PREFIX}"')
    if (key := _decoded(text.removeprefix(_PREFIX))) is None:
        raise _malformed(name, f'what follows "{_PREFIX}" is not Base64')
    if len(key) not in _KEY_BYTES:
        raise _malformed(name, f"a key has {_KEY_BYTES.start} to {_KEY_BYTES.stop - 1} bytes, not {len(key)}")
    return key


def _decoded(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return None


def _malformed(name: str, why: str) -> RefusedError:
    return RefusedError("signing-key-malformed", f'the signing key "{name}" cannot sign: {why}')
