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


_DUE = "due"


def after(task: Task, soonest: bool = False) -> str:
    """Return the cursor of the page that begins after a task, the newest or the soonest first."""
    return after_position(task.scheduled_at if soonest else task.created_at, task.id, soonest)


def after_position(at: datetime, task_id: str, soonest: bool) -> str:
    """Return the cursor of the page that begins after a place in a list."""
    return written(*((_DUE,) if soonest else ()), at.isoformat(), task_id)


def position(cursor: str, soonest: bool = False) -> tuple[datetime, str]:
    """Return time and ID at which the previous page ended; raises CursorError, also for that of another order."""
    *order, at, task_id = read(cursor, 3 if soonest else 2)
    try:
        if order != [_DUE] * soonest:
            raise _unknown()
        return read_instant(at).astimezone(UTC), task_id
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
