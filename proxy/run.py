"""One run of one schedule: the request, whose it is, and the key under which it happens once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from schedule_client.contract import Request

ORIGINS = ("catalog", "adhoc", "retry")
DIRECT = "direct"


class Context(Protocol):
    """What the proxy uses of Lambda's context object.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    aws_request_id: str
    invoked_function_arn: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds before Lambda ends the invocation."""
        ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """The schedule behind a run, and the time it was due as EventBridge Scheduler wrote it."""

    name: str
    arn: str
    time: str

    @property
    def due(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.fromisoformat(self.time)


@dataclass(frozen=True, slots=True)
class Run:
    """A request on its way; `schedule` is absent when nobody but the caller asked for it.

    `attempt` counts from 1.
    """

    request: Request
    origin: str
    key: str
    schedule: Schedule | None = None
    attempt: int = 1


def origin_of(function_arn: str) -> str:
    """The alias by which the function was invoked, or "direct": never the event's to say."""
    parts = function_arn.split(":")
    alias = parts[7] if len(parts) == 8 else ""
    return alias if alias in ORIGINS else DIRECT
