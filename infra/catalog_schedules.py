"""Schedules of the catalog's entries."""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from schedule_catalog.deployment.arguments import ScheduleArguments

AT_ONCE = 64
"""Number of schedules registered at a time: a few times the engine's parallelism, 4 for each core."""
_PROVIDER = version("pulumi-aws")
_FRAMES = 6  # from a resource's declaration to the point where Pulumi reads the stack


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

    def _schedule(self, schedule: ScheduleArguments, args: CatalogSchedulesArgs) -> CatalogSchedule:
        return CatalogSchedule(
            schedule.name,
            {
                "name": schedule.name,
                "groupName": args.group_name,
                "description": schedule.description,
                "scheduleExpression": schedule.expression,
                "scheduleExpressionTimezone": schedule.timezone,
                "startDate": schedule.start_date,
                "endDate": schedule.end_date,
                "state": schedule.state,
                "actionAfterCompletion": "NONE",
                "kmsKeyArn": args.kms_key_arn,
                "flexibleTimeWindow": _window(schedule),
                "target": _target(schedule, args),
            },
            pulumi.ResourceOptions(
                parent=self,
                delete_before_replace=True,
                ignore_changes=list(schedule.frozen),
            ),
        )


class CatalogSchedule(pulumi.CustomResource):
    """`aws.scheduler.Schedule` with only the inputs that it has.

    The provider's own class makes a future for each property of each schedule, and nobody reads one: a quarter of the
    time that a stack of 10,000 takes.
    """

    def __init__(self, name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        given = {key: value for key, value in inputs.items() if value is not None}
        own = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version=_PROVIDER), opts)
        super().__init__("aws:scheduler/schedule:Schedule", name, given, own)


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


def _window(schedule: ScheduleArguments) -> dict[str, Any]:
    minutes = schedule.flexible_window_minutes
    return {"mode": "FLEXIBLE", "maximumWindowInMinutes": minutes} if minutes else {"mode": "OFF"}


def _target(schedule: ScheduleArguments, args: CatalogSchedulesArgs) -> dict[str, Any]:
    return {
        "arn": args.alias_arn,
        "roleArn": args.role_arn,
        "input": schedule.input,
        "retryPolicy": {
            "maximumRetryAttempts": schedule.max_retries,
            "maximumEventAgeInSeconds": schedule.max_age_seconds,
        },
        "deadLetterConfig": {"arn": args.dead_letter_queue_arn},
    }
