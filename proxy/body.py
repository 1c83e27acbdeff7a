"""Body within limits: for the received bytes, the decoded bytes, and the work of decoding."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from urllib3 import exceptions

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

MAX_BODY_BYTES = 64 * 1024
# Either header, gzip's or zlib's, detected by zlib itself.
_ANY_FORMAT = zlib.MAX_WBITS | 32
_PLAIN = frozenset(("", "identity"))
_ZIPPED = frozenset(("gzip", "x-gzip", "deflate"))


def read_body(response: BaseHTTPResponse) -> tuple[bytes, bool]:
    """Return the body as far as it arrives, decodes and fits, and whether it is complete.

    Other codings than gzip and deflate, and nested codings, are not decoded: the proxy does not request them, and each
    layer of a bomb multiplies the work. The status is already known, so no failure here changes it.
    """
    body, complete = _received(response)
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding in _PLAIN or not body:
        return body[:MAX_BODY_BYTES], complete
    return _unzipped(body, complete) if coding in _ZIPPED else (b"", False)


def _received(response: BaseHTTPResponse) -> tuple[bytes, bool]:
    """Received bytes, at most one more than the limit; a connection without unread bytes is kept."""
    body = bytearray()
    try:
        while len(body) <= MAX_BODY_BYTES:
            if not (piece := response.read1(MAX_BODY_BYTES + 1 - len(body))):
                response.release_conn()
                return bytes(body), True
            body += piece
    except (exceptions.HTTPError, OSError, ValueError):
        pass
    response.close()
    return bytes(body), False


def _unzipped(body: bytes, complete: bool) -> tuple[bytes, bool]:
    unzip = zlib.decompressobj(_ANY_FORMAT)
    try:
        text = unzip.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error:
        return b"", False
    return text[:MAX_BODY_BYTES], complete and unzip.eof and not unzip.unused_data and len(text) <= MAX_BODY_BYTES
