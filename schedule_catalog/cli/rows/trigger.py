"""Manual call as JSON, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schedule_catalog.cli import as_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from schedule_catalog.operations import Answer, FoundSchedule, Invocation, Unmade


def show_delivered_already(schedule: FoundSchedule, scheduled: datetime, delivered: str) -> None:
    """Print that the run was already delivered, so that no call was made."""
    members = {"schedule": schedule.name, "scheduled": as_json.instant(scheduled), "called": False}
    as_json.show("trigger", {**members, "delivered": True, "delivered_at": delivered})


def show(schedule: FoundSchedule, call: Invocation, answer: Answer) -> None:
    """Print the call and the response."""
    scheduled = as_json.instant(call.scheduled)
    members = {"schedule": schedule.name, "scheduled": scheduled, "called": True, "run": call.run}
    as_json.show("trigger", {**members, **_answer(answer)})


def show_many(schedule: FoundSchedule, answers: Sequence[tuple[Unmade, Answer]], doubtful: Sequence[Unmade]) -> None:
    """Print the calls of runs that were not made, and the responses; those in doubt were not called."""
    runs = [{"scheduled": as_json.instant(run.scheduled), "why": run.why, **_answer(each)} for run, each in answers]
    in_doubt = [as_json.instant(run.scheduled) for run in doubtful]
    as_json.show("trigger-runs", {"schedule": schedule.name, "runs": runs, "in_doubt": in_doubt})


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "delivered": answer.delivered,
        "handed_over": answer.handed_over,
        "status": answer.status,
        "reason": answer.reason,
        "message": answer.message,
        "run_key": answer.run_key,
        "milliseconds": as_json.number(answer.milliseconds),
        "answer": answer.content,
    }
