"""Schedule groups of a stack."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True)
class ScheduleGroupsArgs:
    """Names of the groups: EventBridge Scheduler cannot rename one, and deletes the schedules with their group.

    shared: whether other stacks have schedules in the catalog's group.
    """

    catalog: str
    adhoc: str
    shared: bool = False


class ScheduleGroups(pulumi.ComponentResource):
    """One group for the catalog's entries, one for applications' run-time schedules.

    The second is protected: its schedules exist nowhere else. So is the first if stacks share it.
    """

    catalog: aws.scheduler.ScheduleGroup
    adhoc: aws.scheduler.ScheduleGroup

    def __init__(self, name: str, args: ScheduleGroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:ScheduleGroups", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, protect=args.shared)
        kept = pulumi.ResourceOptions(parent=self, protect=True)
        self.catalog = aws.scheduler.ScheduleGroup(f"{name}-catalog", name=args.catalog, opts=child)
        self.adhoc = aws.scheduler.ScheduleGroup(f"{name}-adhoc", name=args.adhoc, opts=kept)
        self.register_outputs({"catalog_arn": self.catalog.arn, "adhoc_arn": self.adhoc.arn})
