"""Schedules of the catalog's entries."""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from schedule_catalog.deployment.arguments import ScheduleArguments

AT_ONCE = 64
"""Number of schedules registered at a time: a few times the engine's parallelism, 4 for each core."""
_FRAMES = 7  # from a resource's declaration to the point where Pulumi reads the stack


@dataclass(frozen=True, slots=True)
class CatalogSchedulesArgs:
    """Schedules and their shared arguments.

    role_arn: the role that EventBridge Scheduler assumes to invoke the alias.
    kms_key_arn: the key that encrypts their input; None for EventBridge Scheduler's own.
    """

    schedules: Sequence[ScheduleArguments]
    group_name: pulumi.Input[str]
    alias_arn: pulumi.Input[str]
    role_arn: pulumi.Input[str]
    dead_letter_queue_arn: pulumi.Input[str]
    kms_key_arn: str | None = None


class CatalogSchedules(pulumi.ComponentResource):
    """One schedule for each entry, with the entry's name.

    The name is part of the ARN and used by operators, so it is fixed; a replacement must then delete first.
    Nothing may depend on the component as a whole: it forgets a schedule as soon as that is registered.
    """

    def __init__(self, name: str, args: CatalogSchedulesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:CatalogSchedules", name, None, opts)
        self._args = args

    async def register(self) -> None:
        """Register the schedules, a few at a time, as the last step of `pulumi.run`.

        A schedule takes some 90 KB while Pulumi works on it, and 15 KB as long as its parent knows it.
        """
        waiting = iter(self._args.schedules)
        await asyncio.gather(*(self._register_each(waiting) for _ in range(AT_ONCE)))
        self.register_outputs({"count": len(self._args.schedules)})

    async def _register_each(self, waiting: Iterator[ScheduleArguments]) -> None:
        for schedule in waiting:
            with _short_stack_trace():
                registered = self._schedule(schedule, self._args)
            await registered.urn.future()
            # Pulumi keeps a component's children for resources that depend on it.
            self._childResources.discard(registered)

    def _schedule(self, schedule: ScheduleArguments, args: CatalogSchedulesArgs) -> aws.scheduler.Schedule:
        return aws.scheduler.Schedule(
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
            kms_key_arn=args.kms_key_arn,
            flexible_time_window=_window(schedule),
            target=_target(schedule, args),
            opts=pulumi.ResourceOptions(
                parent=self,
                delete_before_replace=True,
                ignore_changes=list(schedule.frozen),
            ),
        )


@contextmanager
def _short_stack_trace() -> Generator[None]:
    """Report only the line that declares a resource, without its callers.

    Pulumi stores the whole call stack of each resource in the state: over 1 KB, the same for every schedule.
    """
    sys.tracebacklimit = _FRAMES
    try:
        yield
    finally:
        del sys.tracebacklimit


def _window(schedule: ScheduleArguments) -> aws.scheduler.ScheduleFlexibleTimeWindowArgs:
    minutes = schedule.flexible_window_minutes
    return aws.scheduler.ScheduleFlexibleTimeWindowArgs(
        mode="FLEXIBLE" if minutes else "OFF",
        maximum_window_in_minutes=minutes,
    )


def _target(schedule: ScheduleArguments, args: CatalogSchedulesArgs) -> aws.scheduler.ScheduleTargetArgs:
    return aws.scheduler.ScheduleTargetArgs(
        arn=args.alias_arn,
        role_arn=args.role_arn,
        input=schedule.input,
        retry_policy=aws.scheduler.ScheduleTargetRetryPolicyArgs(
            maximum_retry_attempts=schedule.max_retries,
            maximum_event_age_in_seconds=schedule.max_age_seconds,
        ),
        dead_letter_config=aws.scheduler.ScheduleTargetDeadLetterConfigArgs(arn=args.dead_letter_queue_arn),
    )
