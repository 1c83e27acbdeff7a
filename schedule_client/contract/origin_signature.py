"""Signature of a call's origin, beside that of Standard Webhooks.

The signature of Standard Webhooks covers the ID, the time and the body, which an application chooses. This one also
covers the origin, and begins with a word that no ID begins with, so neither signature can replace the other.
"""

from __future__ import annotations

ORIGIN_HEADER = "X-Schedule-Origin"
ORIGIN_SIGNATURE_HEADER = "X-Schedule-Origin-Signature"


def origin_content(origin: str, message_id: str, timestamp: str, body: bytes) -> bytes:
    """Return the content that the signature of a call's origin covers."""
    return b"origin:%s.%s.%s.%s" % (origin.encode(), message_id.encode(), timestamp.encode(), body)
