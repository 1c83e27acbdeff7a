"""Systems Manager: parameters."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

from local.resources.resource_type import Inputs, Outputs, ResourceType, pascal
from local.resources.tags import Tagging

if TYPE_CHECKING:
    from local.clients import Clients


_TAGGING = Tagging(
    service="ssm",
    key="ResourceId",
    by="id",
    further={"ResourceType": "Parameter"},
    add="add_tags_to_resource",
    remove="remove_tags_from_resource",
    listed=lambda client, name: client.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"],
)


class ParameterType(ResourceType):
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html."""

    type = "aws:ssm/parameter:Parameter"
    replace_on = frozenset({"name", "dataType"})
    computed_by_change = frozenset({"version"})
    tagging = _TAGGING

    def create(self, aws: Clients, inputs: Inputs) -> str:
        self._put(aws, inputs, overwrite=bool(inputs.get("overwrite")))
        if inputs.get("tags"):
            _TAGGING.apply(aws, inputs["name"], inputs["tags"])
        return inputs["name"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        parameter = aws.client("ssm").get_parameter(Name=identity)["Parameter"]
        return {"arn": parameter["ARN"], "version": parameter["Version"]}

    def observe(self, aws: Clients, identity: str, inputs: Inputs) -> Inputs:
        value = aws.client("ssm").get_parameter(Name=identity, WithDecryption=True)["Parameter"]["Value"]
        return {key: value if key in ("value", "insecureValue") else given for key, given in inputs.items()}

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        self._put(aws, inputs, overwrite=True)

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("ssm").delete_parameter(Name=identity)

    def _put(self, aws: Clients, inputs: Inputs, *, overwrite: bool) -> None:
        aws.client("ssm").put_parameter(
            Value=inputs.get("value") or inputs.get("insecureValue"),
            Overwrite=overwrite,
            **pascal(inputs, "name", "type", "description", "allowedPattern", "dataType", "keyId", "tier"),
        )
