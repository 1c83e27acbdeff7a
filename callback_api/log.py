"""Structured logs: one line of JSON for each event."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

_LOGGER = logging.getLogger("callback_api")


def say(event: str, *, level: int = logging.INFO, error: BaseException | None = None, **members: Any) -> None:
    """Log that `event` happened; `error` adds its traceback.

    The message has the members too: an application that embeds the service may format its lines itself.
    """
    shown = "".join(f" {name}={_json(value)}" for name, value in members.items())
    _LOGGER.log(level, "%s%s", event, shown, extra={"happened": event, "members": members}, exc_info=error)


def warn(event: str, error: BaseException | None = None, **members: Any) -> None:
    """Log as `say`, for events that need attention."""
    say(event, level=logging.WARNING, error=error, **members)


def write_lines(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Write log records as lines, to standard output by default."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(Lines())
    _LOGGER.handlers[:] = [handler]
    _LOGGER.setLevel(level)
    _LOGGER.propagate = False


class Lines(logging.Formatter):
    """Formatter of a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the event, its members, and the traceback of an error."""
        members: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "happened", None) or record.getMessage(),
            **getattr(record, "members", {}),
        }
        if record.exc_info:
            members["traceback"] = self.formatException(record.exc_info)
        return _json(members)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
