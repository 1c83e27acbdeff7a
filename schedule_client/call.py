"""Arguments and results of the client's methods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schedule_client.comparison import event_of
from schedule_client.moment import at_instant

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from schedule_client.contract.request import Request
    from schedule_client.errors import ScheduleError


@dataclass(frozen=True, slots=True)
class ScheduledCall:
    """Schedule that exists.

    at: the minute, in UTC, in which the call is made; None for a recurring one.
    key: the caller's key, if any.
    created: False if it already existed, with the same key.
    late: whether `at` is later than requested, because creating it took so long.
    """

    name: str
    arn: str
    at: datetime | None
    key: str | None = None
    created: bool = True
    late: bool = False


@dataclass(frozen=True, slots=True)
class ScheduleDetails:
    """Schedule as in EventBridge Scheduler: `event` is the proxy's input; `at` is None if it recurs."""

    name: str
    arn: str
    expression: str
    timezone: str
    at: datetime | None
    enabled: bool
    event: Mapping[str, Any]
    created_at: datetime | None

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> ScheduleDetails:
        """Return the details in a response of GetSchedule."""
        expression = str(answer["ScheduleExpression"])
        return cls(
            name=str(answer["Name"]),
            arn=str(answer["Arn"]),
            expression=expression,
            timezone=str(answer.get("ScheduleExpressionTimezone") or "UTC"),
            at=at_instant(expression),
            enabled=answer.get("State", "ENABLED") == "ENABLED",
            event=event_of(answer),
            created_at=answer.get("CreationDate"),
        )


@dataclass(frozen=True, slots=True)
class ListedSchedule:
    """Schedule in a list; `ScheduleClient.get` returns the rest.

    target_arn: the proxy's alias for its calls.
    at, key: minute of a one-time call, and the caller's own key; only in a list with `details`.
    """

    name: str
    arn: str
    enabled: bool
    created_at: datetime | None
    target_arn: str | None = None
    at: datetime | None = None
    key: str | None = None

    @classmethod
    def of(cls, listed: Mapping[str, Any]) -> ListedSchedule:
        """Return one item of a response of ListSchedules, or a response of GetSchedule, which has the details."""
        enabled = listed.get("State", "ENABLED") == "ENABLED"
        target, created_at = listed.get("Target", {}).get("Arn"), listed.get("CreationDate")
        at, key = at_instant(listed.get("ScheduleExpression")), event_of(listed).get("key")
        return cls(str(listed["Name"]), str(listed["Arn"]), enabled, created_at, target, at, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCall:
    """One of many calls: arguments of `ScheduleClient.schedule_once`."""

    request: Request
    delay: timedelta | None = None
    at: datetime | None = None
    key: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class PlanResult:
    """Result of one of many calls: its `call`, or the `error` that prevented it."""

    plan: PlannedCall
    call: ScheduledCall | None = None
    error: ScheduleError | None = None
