"""The origin of a call in what is signed: a second signature beside that of Standard Webhooks.

That one covers the id, the time and the body, in which an application writes what it likes. This one covers the origin
as well, and begins with a word that no id begins with, so neither signature can stand for the other.
"""

from __future__ import annotations

ORIGIN_HEADER = "X-Schedule-Origin"
ORIGIN_SIGNATURE_HEADER = "X-Schedule-Origin-Signature"


def origin_content(origin: str, message_id: str, timestamp: str, body: bytes) -> bytes:
    """What the signature of a call's origin covers."""
    return b"origin:%s.%s.%s.%s" % (origin.encode(), message_id.encode(), timestamp.encode(), body)
