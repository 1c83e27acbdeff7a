"""What it takes to make schedules at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.policies import Allow

if TYPE_CHECKING:
    from infra.account import Account
    from schedule_catalog.deployment.names import Names

_SCHEDULES = (
    *("scheduler:CreateSchedule", "scheduler:GetSchedule"),
    *("scheduler:UpdateSchedule", "scheduler:DeleteSchedule"),
)
_TO_SCHEDULER = {"iam:PassedToService": "scheduler.amazonaws.com"}


def scheduling_permissions(names: Names, account: Account, name_prefix: str) -> tuple[Allow, ...]:
    """The run-time schedules whose names start with *name_prefix*, and the role that EventBridge Scheduler is given.

    IAM has no condition for what a schedule invokes. The role decides that: it may invoke the alias `adhoc` alone:
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
    """
    schedules = account.arn("scheduler", f"schedule/{names.adhoc_group}/{name_prefix}*")
    return (
        Allow("MakeSchedules", _SCHEDULES, [schedules]),
        Allow("GiveThemTheirRole", ["iam:PassRole"], [account.role_arn(names.adhoc_role)], _TO_SCHEDULER),
    )
