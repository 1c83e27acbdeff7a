"""Replays that no function has processed when the emulator stops: Lambda's own queue would keep them.

The dispatcher sends the events of schedules again, and it knows of no replay.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from weakref import WeakSet


@dataclass(eq=False, slots=True, weakref_slot=True)
class _KeptEvent:
    function: str
    event: dict[str, Any]


# The thread that processes an event, retries and all, has the only lasting reference to it, in its context.
_of_thread: ContextVar[_KeptEvent | None] = ContextVar("kept event", default=None)
_unprocessed: WeakSet[_KeptEvent] = WeakSet()


def keep_replays() -> None:
    """Remember each replay until its function has processed it."""
    import ministack.services.lambda_svc as functions  # pyright: ignore[reportMissingTypeStubs]

    accept = cast("Callable[[dict[str, Any], Any], None]", functions.invoke_async_with_retry)  # pyright: ignore[reportUnknownMemberType]

    def accept_kept(record: dict[str, Any], event: Any) -> None:
        config: dict[str, Any] = record.get("config") or record
        kept = None
        if isinstance(event, dict) and "replay" in event:
            kept = _KeptEvent(config["FunctionArn"], cast("dict[str, Any]", event))
            _unprocessed.add(kept)
        mark = _of_thread.set(kept)
        try:
            accept(record, event)
        finally:
            _of_thread.reset(mark)

    functions.invoke_async_with_retry = accept_kept


def write_unprocessed(file: Path) -> None:
    """Write the events that were not processed; no file without any."""
    events = [{"function": each.function, "event": each.event} for each in tuple(_unprocessed)]
    if events:
        whole = file.with_suffix(".new")
        whole.write_text(json.dumps(events))
        whole.replace(file)


def read_unprocessed(file: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return the function and the event of each that was not processed before the last stop."""
    try:
        return [(each["function"], each["event"]) for each in json.loads(file.read_text())]
    except FileNotFoundError:
        return []
