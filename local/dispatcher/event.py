"""Event for a target: the schedule's Input with its context attributes, or the default event."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from schedule_client.contract.times import wire_time


@dataclass(frozen=True, slots=True)
class Attempt:
    """One invocation that is about to be tried; `number` counts from 1."""

    schedule_arn: str
    scheduled: datetime
    execution_id: str
    number: int


def event_text(input_text: str | None, attempt: Attempt) -> str:
    """The event of one attempt.

    The four keywords are replaced wherever they stand in the text, as AWS does:
    docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """
    if input_text is None:
        return default_event(attempt)
    for keyword, value in attributes(attempt).items():
        input_text = input_text.replace(f"<aws.scheduler.{keyword}>", value)
    return input_text


def attributes(attempt: Attempt) -> dict[str, str]:
    """The context attributes by their keyword's last part."""
    return {
        "schedule-arn": attempt.schedule_arn,
        "scheduled-time": wire_time(attempt.scheduled),
        "execution-id": attempt.execution_id,
        "attempt-number": str(attempt.number),
    }


def default_event(attempt: Attempt) -> str:
    """Event of AWS for a target without an Input; its `detail` is a string."""
    _, _, _, region, account, _ = attempt.schedule_arn.split(":", 5)
    return json.dumps(
        {
            "version": "0",
            "id": attempt.execution_id,
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": account,
            "time": wire_time(attempt.scheduled),
            "region": region,
            "resources": [attempt.schedule_arn],
            "detail": "{}",
        }
    )
