"""Permissions to create schedules at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.policies import Allow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.account import Account
    from schedule_catalog.deployment.names import Names

_SCHEDULES = (
    *("scheduler:CreateSchedule", "scheduler:GetSchedule"),
    *("scheduler:UpdateSchedule", "scheduler:DeleteSchedule"),
)
# AWS has no resource level for it; it returns names, states and targets, never a request:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
LIST_SCHEDULES = Allow("ListSchedules", ["scheduler:ListSchedules"], ["*"])
_TO_SCHEDULER = {"iam:PassedToService": "scheduler.amazonaws.com"}


def scheduling_permissions(
    names: Names, account: Account, name_prefix: str, origins: Sequence[str]
) -> tuple[Allow, ...]:
    """Return the permissions for run-time schedules with *name_prefix*, and to pass the roles of *origins*.

    IAM has no condition for the target of a schedule. The role limits it: each may invoke only its origin's alias:
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
    """
    roles = [account.role_arn(names.execution_role(origin)) for origin in origins]
    return (
        Allow("MakeSchedules", _SCHEDULES, [_schedules(names, account, name_prefix)]),
        Allow("GiveThemTheirRole", ["iam:PassRole"], roles, _TO_SCHEDULER),
    )


def leftover_permissions(names: Names, account: Account, name_prefix: str) -> tuple[Allow, ...]:
    """Return the permissions of a retired application: to see what is pending, and to cancel it."""
    actions = ("scheduler:GetSchedule", "scheduler:DeleteSchedule")
    return (Allow("CancelSchedules", actions, [_schedules(names, account, name_prefix)]),)


def _schedules(names: Names, account: Account, name_prefix: str) -> str:
    return account.arn("scheduler", f"schedule/{names.adhoc_group}/{name_prefix}*")
