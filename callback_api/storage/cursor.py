"""Where a page ended, as a text that says nothing to whoever holds it."""

from __future__ import annotations

import base64
import binascii
import json
from typing import cast

from callback_api.errors import CursorError


def written(*parts: str) -> str:
    """The cursor of some texts."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read(cursor: str, number: int) -> tuple[str, ...]:
    """The texts of a cursor, exactly `number` of them; raises CursorError."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        parts: object = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        parts = None
    if not isinstance(parts, list):
        raise CursorError("this cursor is none that a page has given: begin without one")
    texts = cast("list[object]", parts)
    if len(texts) != number or not all(isinstance(text, str) for text in texts):
        raise CursorError("this cursor is none that a page has given: begin without one")
    return tuple(cast("list[str]", texts))
