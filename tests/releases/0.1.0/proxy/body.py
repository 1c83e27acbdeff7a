"""A body within bounds: of what is received, of what it unfolds to, and of the work that this takes."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from urllib3 import exceptions

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

MAX_BODY_BYTES = 64 * 1024
# Either header, gzip's or zlib's, found out by zlib itself.
_ANY_FORMAT = zlib.MAX_WBITS | 32
_PLAIN = frozenset(("", "identity"))
_ZIPPED = frozenset(("gzip", "x-gzip", "deflate"))


def read_body(response: BaseHTTPResponse) -> tuple[bytes, bool]:
    """The body as far as it arrives, decodes and fits, and whether that is all of it.

    Codings other than gzip and deflate, and codings upon codings, are not undone: nobody asked for them, and each layer
    of a bomb multiplies the work. The status has been given, so no failure here changes it.
    """
    body, complete = _received(response)
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding in _PLAIN or not body:
        return body[:MAX_BODY_BYTES], complete
    return _unzipped(body, complete) if coding in _ZIPPED else (b"", False)


def _received(response: BaseHTTPResponse) -> tuple[bytes, bool]:
    """At most a byte more than the limit; a connection with nothing left on it is kept."""
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
