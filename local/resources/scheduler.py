"""EventBridge Scheduler: groups and schedules."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING, Any

from local.resources.resource_type import Inputs, Outputs, ResourceType, as_found, pascal, tag_list
from local.resources.tags import Tagging

if TYPE_CHECKING:
    from local.clients import Clients

_DEFAULT_GROUP = "default"


class ScheduleGroupType(ResourceType):
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html."""

    type = "aws:scheduler/scheduleGroup:ScheduleGroup"
    replace_on = frozenset({"name", "namePrefix"})
    tagging = Tagging(
        service="scheduler",
        key="ResourceArn",
        listed=lambda client, arn: client.list_tags_for_resource(ResourceArn=arn)["Tags"],
    )

    def create(self, aws: Clients, inputs: Inputs) -> str:
        aws.client("scheduler").create_schedule_group(Name=inputs["name"], Tags=tag_list(inputs))
        return inputs["name"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        group = aws.client("scheduler").get_schedule_group(Name=identity)
        return {"arn": group["Arn"], "state": group["State"]}

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("scheduler").delete_schedule_group(Name=identity)


class ScheduleType(ResourceType):
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html; its id is `group/name`."""

    type = "aws:scheduler/schedule:Schedule"
    left_out = "EventBridge Scheduler is this stack's own dispatcher"
    replace_on = frozenset({"name", "namePrefix", "groupName"})

    def claim(self, inputs: Inputs) -> str | None:
        return f"{inputs.get('groupName') or _DEFAULT_GROUP}/{inputs['name']}"

    def create(self, aws: Clients, inputs: Inputs) -> str:
        aws.client("scheduler").create_schedule(**_schedule(inputs))
        return f"{inputs.get('groupName') or _DEFAULT_GROUP}/{inputs['name']}"

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        group, name = identity.split("/", 1)
        return {"arn": aws.client("scheduler").get_schedule(GroupName=group, Name=name)["Arn"]}

    def observe(self, aws: Clients, identity: str, inputs: Inputs) -> Inputs:
        group, name = identity.split("/", 1)
        return as_found(inputs, aws.client("scheduler").get_schedule(GroupName=group, Name=name))

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        aws.client("scheduler").update_schedule(**_schedule(inputs))

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        group, name = identity.split("/", 1)
        aws.client("scheduler").delete_schedule(GroupName=group, Name=name)


def _schedule(inputs: Inputs) -> dict[str, Any]:
    return {
        "GroupName": _DEFAULT_GROUP,
        **pascal(
            inputs,
            *("name", "groupName", "description", "scheduleExpression", "scheduleExpressionTimezone", "state"),
            *("startDate", "endDate", "flexibleTimeWindow", "target", "kmsKeyArn", "actionAfterCompletion"),
        ),
    }
