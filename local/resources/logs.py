"""CloudWatch Logs: log groups."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING, Any

from local.resources.resource_type import Inputs, Outputs, ResourceType, pascal
from local.resources.tags import Tagging

if TYPE_CHECKING:
    from local.clients import Clients


class LogGroupType(ResourceType):
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html."""

    type = "aws:cloudwatch/logGroup:LogGroup"
    replace_on = frozenset({"name", "namePrefix", "logGroupClass"})
    tagging = Tagging(
        service="logs",
        key="resourceArn",
        form="map",
        tags="tags",
        keys="tagKeys",
        listed=lambda client, arn: client.list_tags_for_resource(resourceArn=arn).get("tags"),
    )

    def create(self, aws: Clients, inputs: Inputs) -> str:
        name = inputs["name"]
        optional = {
            key[:1].lower() + key[1:]: value for key, value in pascal(inputs, "kmsKeyId", "logGroupClass").items()
        }
        aws.client("logs").create_log_group(logGroupName=name, tags=inputs.get("tags") or {}, **optional)
        self._retain(aws, name, inputs)
        return name

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        found = _group(aws, identity)
        return None if found is None else {"arn": found["arn"].removesuffix(":*")}

    def observe(self, aws: Clients, identity: str, inputs: Inputs) -> Inputs:
        kept = (_group(aws, identity) or {}).get("retentionInDays")
        others = {key: value for key, value in inputs.items() if key != "retentionInDays"}
        return others if kept is None else {**others, "retentionInDays": kept}

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        if "retentionInDays" in changed:
            self._retain(aws, identity, inputs)

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("logs").delete_log_group(logGroupName=identity)

    def _retain(self, aws: Clients, name: str, inputs: Inputs) -> None:
        if days := inputs.get("retentionInDays"):
            aws.client("logs").put_retention_policy(logGroupName=name, retentionInDays=days)
        else:
            aws.client("logs").delete_retention_policy(logGroupName=name)


def _group(aws: Clients, name: str) -> dict[str, Any] | None:
    groups = aws.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next((group for group in groups if group["logGroupName"] == name), None)
