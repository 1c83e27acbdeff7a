"""Opaque cursor: the position at which a page ended."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from callback_api.errors import CursorError
from schedule_client.contract.errors import TimeTextError
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from callback_api.task import Task


def after(task: Task) -> str:
    """Return the cursor of the page that begins after a task, the newest first."""
    return written(task.created_at.isoformat(), task.id)


def position(cursor: str) -> tuple[datetime, str]:
    """Return creation time and ID of the last task of the previous page; raises CursorError."""
    created_at, task_id = read(cursor, 2)
    try:
        return read_instant(created_at).astimezone(UTC), task_id
    except (TimeTextError, OverflowError):
        raise _unknown() from None


def written(*parts: str) -> str:
    """Return the cursor of some texts."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read(cursor: str, number: int) -> tuple[str, ...]:
    """Return the texts of a cursor, exactly `number` of them; raises CursorError."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        parts: object = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        parts = None
    if not isinstance(parts, list):
        raise _unknown()
    texts = cast("list[object]", parts)
    if len(texts) != number or not all(isinstance(text, str) and text.isprintable() for text in texts):
        raise _unknown()
    return tuple(cast("list[str]", texts))


def _unknown() -> CursorError:
    return CursorError("this cursor is not from a page: begin without one")
