"""A schedule as EventBridge Scheduler answers it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.dispatcher.errors import EvaluationError
from schedule_catalog.expressions import parse, zone

if TYPE_CHECKING:
    from collections.abc import Mapping

# What an absent RetryPolicy means (docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html).
DEFAULT_RETRIES = 185
DEFAULT_AGE_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Handover:
    """Payload and target of one run: fixed in the journal when the run's first attempt begins."""

    target_arn: str
    input: str | None
    dead_letter_arn: str | None
    max_retries: int = DEFAULT_RETRIES
    max_age_seconds: int = DEFAULT_AGE_SECONDS
    role_arn: str = ""

    def to_json(self) -> str:
        """The text that the journal keeps."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Handover:
        """The inverse of `to_json`."""
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule; instants are UTC, and `end` is the last instant at which it may fire."""

    arn: str
    created: datetime
    modified: datetime
    expression: str
    timezone: str
    start: datetime | None
    end: datetime | None
    enabled: bool
    window: timedelta
    deleted_when_done: bool
    delivery: Handover

    @property
    def name(self) -> str:
        """The last part of the ARN."""
        return self.arn.rpartition("/")[2]

    @property
    def recurring(self) -> bool:
        """Whether it can fire more than once."""
        return parse(self.expression).kind != "at"

    @property
    def open_rate(self) -> bool:
        """A rate without a StartDate: it counts from the moment at which it was created or switched on."""
        return parse(self.expression).kind == "rate" and self.start is None

    @property
    def timing(self) -> str:
        """All facts that decide when it fires; a schedule whose timing changed restarts."""
        return "|".join(str(part) for part in (self.expression, self.timezone, self.start, self.end))


def read_schedule(answer: Mapping[str, Any]) -> Schedule:
    """The schedule in an answer of GetSchedule.

    Raises `EvaluationError` for an expression or a zone that cannot be evaluated: a local emulator accepts anything.
    """
    try:
        return _read(answer)
    except (ValueError, KeyError, TypeError) as error:
        raise EvaluationError(str(error)) from error


def _read(answer: Mapping[str, Any]) -> Schedule:
    expression = str(answer["ScheduleExpression"])
    timezone = str(answer.get("ScheduleExpressionTimezone") or "UTC")
    parse(expression)
    zone(timezone)
    window: Mapping[str, Any] = answer.get("FlexibleTimeWindow") or {}
    flexible = window.get("Mode") == "FLEXIBLE"
    return Schedule(
        arn=str(answer["Arn"]),
        created=_instant(answer["CreationDate"]),
        modified=_instant(answer["LastModificationDate"]),
        expression=expression,
        timezone=timezone,
        start=_optional_instant(answer.get("StartDate")),
        end=_optional_instant(answer.get("EndDate")),
        enabled=answer.get("State", "ENABLED") == "ENABLED",
        window=timedelta(minutes=int(window.get("MaximumWindowInMinutes") or 0) if flexible else 0),
        deleted_when_done=answer.get("ActionAfterCompletion") == "DELETE",
        delivery=_delivery(answer["Target"]),
    )


def _delivery(target: Mapping[str, Any]) -> Handover:
    retry: Mapping[str, Any] = target.get("RetryPolicy") or {}
    dead_letters: Mapping[str, Any] = target.get("DeadLetterConfig") or {}
    return Handover(
        target_arn=str(target["Arn"]),
        input=target.get("Input"),
        dead_letter_arn=dead_letters.get("Arn"),
        max_retries=int(retry.get("MaximumRetryAttempts", DEFAULT_RETRIES)),
        max_age_seconds=int(retry.get("MaximumEventAgeInSeconds", DEFAULT_AGE_SECONDS)),
        role_arn=str(target.get("RoleArn", "")),
    )


def _instant(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _optional_instant(value: datetime | None) -> datetime | None:
    return None if value is None else _instant(value)
