"""The catalog's entries as schedules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.execution_role import ExecutionRole
    from schedule_catalog.schedule_arguments import ScheduleArguments


@dataclass(frozen=True, slots=True)
class CatalogSchedulesArgs:
    """The schedules, and what all of them share."""

    schedules: Sequence[ScheduleArguments]
    group_name: pulumi.Input[str]
    alias_arn: pulumi.Input[str]
    role: ExecutionRole
    dead_letter_queue_arn: pulumi.Input[str]


class CatalogSchedules(pulumi.ComponentResource):
    """One schedule for each entry, called what the entry is called.

    A name is an ARN's last part and the operators' handle, so it is given; a replacement must then delete first.
    """

    def __init__(self, name: str, args: CatalogSchedulesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:CatalogSchedules", name, None, opts)
        for schedule in args.schedules:
            self._schedule(schedule, args)
        self.register_outputs({"count": len(args.schedules)})

    def _schedule(self, schedule: ScheduleArguments, args: CatalogSchedulesArgs) -> None:
        aws.scheduler.Schedule(
            schedule.name,
            name=schedule.name,
            group_name=args.group_name,
            description=schedule.description,
            schedule_expression=schedule.expression,
            schedule_expression_timezone=schedule.timezone,
            start_date=schedule.start_date,
            end_date=schedule.end_date,
            state=schedule.state,
            action_after_completion="NONE",
            flexible_time_window=_window(schedule),
            target=_target(schedule, args),
            opts=pulumi.ResourceOptions(
                parent=self,
                delete_before_replace=True,
                depends_on=[args.role.policy],
                ignore_changes=list(schedule.frozen),
            ),
        )


def _window(schedule: ScheduleArguments) -> aws.scheduler.ScheduleFlexibleTimeWindowArgs:
    minutes = schedule.flexible_window_minutes
    return aws.scheduler.ScheduleFlexibleTimeWindowArgs(
        mode="FLEXIBLE" if minutes else "OFF",
        maximum_window_in_minutes=minutes,
    )


def _target(schedule: ScheduleArguments, args: CatalogSchedulesArgs) -> aws.scheduler.ScheduleTargetArgs:
    return aws.scheduler.ScheduleTargetArgs(
        arn=args.alias_arn,
        role_arn=args.role.arn,
        input=schedule.input,
        retry_policy=aws.scheduler.ScheduleTargetRetryPolicyArgs(
            maximum_retry_attempts=schedule.max_retries,
            maximum_event_age_in_seconds=schedule.max_age_seconds,
        ),
        dead_letter_config=aws.scheduler.ScheduleTargetDeadLetterConfigArgs(arn=args.dead_letter_queue_arn),
    )
