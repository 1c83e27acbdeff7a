"""Questions that EventBridge Scheduler's documentation leaves open, answered by the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.smoke.step import SmokeStep
from schedule_catalog.operations.translation import code_of

if TYPE_CHECKING:
    from local.smoke.stack import SmokeStack

_OFF: Mapping[str, Any] = {"FlexibleTimeWindow": {"Mode": "OFF"}}
# By a short name, what of CreateSchedule is in question.
QUESTIONS: Mapping[str, Mapping[str, Any]] = {
    "rate-of-one-plural": {"ScheduleExpression": "rate(1 hours)"},
    "rate-of-years": {"ScheduleExpression": "rate(99999 days)"},
    "star-step": {"ScheduleExpression": "cron(*/15 * * * ? *)"},
    "last-weekday": {"ScheduleExpression": "cron(0 9 LW * ? *)"},
    "days-before-last": {"ScheduleExpression": "cron(0 9 L-3 * ? *)"},
    "day-zero": {"ScheduleExpression": "cron(0 9 ? * 0 *)"},
    "lower-case": {"ScheduleExpression": "cron(0 9 ? * mon-fri *)"},
    "two-question-marks": {"ScheduleExpression": "cron(0 9 ? * ? *)"},
    "two-spaces": {"ScheduleExpression": "cron(0  9 * * ? *)"},
    "past-years": {"ScheduleExpression": "cron(0 9 * * ? 2020-2021)"},
    "at-in-a-gap": {"ScheduleExpression": "at(2099-03-29T02:30:00)", "ScheduleExpressionTimezone": "Europe/Paris"},
    "at-twice": {"ScheduleExpression": "at(2099-10-25T02:30:00)", "ScheduleExpressionTimezone": "Europe/Paris"},
    "off-with-window": {"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}},
    "end-before-start": {"StartDate": "2099-01-02T00:00:00Z", "EndDate": "2099-01-01T00:00:00Z"},
}


def _questions(stack: SmokeStack) -> str:
    answers = [f"{name} {_answer(stack, name, given)}" for name, given in QUESTIONS.items()]
    return "; ".join([*answers, f"client-token {_same_token(stack)}"])


def _answer(stack: SmokeStack, name: str, given: Mapping[str, Any]) -> str:
    try:
        stack.client("scheduler").create_schedule(**_schedule(stack, name), **{**_DEFAULT, **given})
    except ClientError as error:
        return f"refused ({str(error).rpartition(': ')[2][:80]})"
    stack.client("scheduler").delete_schedule(Name=f"smoke-{name}", GroupName=stack.exports["SCHEDULER_GROUP_NAME"])
    return "taken"


def _same_token(stack: SmokeStack) -> str:
    """A second creation with the first one's token: the same answer, or a conflict."""
    scheduler, given = stack.client("scheduler"), {**_schedule(stack, "token"), **_DEFAULT}
    scheduler.create_schedule(**given, ClientToken="smoke-token")
    try:
        scheduler.create_schedule(**given, ClientToken="smoke-token")
        return "answered again"
    except ClientError as error:
        return str(code_of(error))
    finally:
        scheduler.delete_schedule(Name="smoke-token", GroupName=given["GroupName"])


def _schedule(stack: SmokeStack, name: str) -> dict[str, Any]:
    exports = stack.exports
    target = {"Arn": exports["SCHEDULER_TARGET_ARN"], "RoleArn": exports["SCHEDULER_TARGET_ROLE_ARN"], "Input": "{}"}
    return {
        "Name": f"smoke-{name}",
        "GroupName": exports["SCHEDULER_GROUP_NAME"],
        "State": "DISABLED",
        "Target": target,
    }


_DEFAULT: Mapping[str, Any] = {"ScheduleExpression": "rate(1 day)", **_OFF}
ANSWERS = (SmokeStep("open questions", _questions),)
