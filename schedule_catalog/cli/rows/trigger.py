"""Manual call as JSON, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.cli import as_json

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.operations import Answer, FoundSchedule, Invocation


def show_delivered_already(schedule: FoundSchedule, scheduled: datetime, delivered: str) -> None:
    """Print that the run was already delivered, so that no call was made."""
    members = {"schedule": schedule.name, "scheduled": as_json.instant(scheduled), "called": False}
    as_json.show("trigger", {**members, "delivered": True, "delivered_at": delivered})


def show(schedule: FoundSchedule, call: Invocation, answer: Answer) -> None:
    """Print the call and the response."""
    members = {
        "schedule": schedule.name,
        "scheduled": as_json.instant(call.scheduled),
        "called": True,
        "run": call.run,
        "delivered": answer.delivered,
        "handed_over": answer.handed_over,
        "status": answer.status,
        "reason": answer.reason,
        "message": answer.message,
        "run_key": answer.run_key,
        "milliseconds": as_json.number(answer.milliseconds),
        "answer": answer.content,
    }
    as_json.show("trigger", members)
