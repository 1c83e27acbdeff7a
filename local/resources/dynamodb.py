"""DynamoDB: tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import TYPE_CHECKING, Any

from local.resources.resource_type import Inputs, Outputs, ResourceType, pascal, tag_list
from local.resources.tags import Tagging

if TYPE_CHECKING:
    from local.clients import Clients


class TableType(ResourceType):
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html."""

    type = "aws:dynamodb/table:Table"
    replace_on = frozenset({"name", "hashKey", "rangeKey", "localSecondaryIndexes", "attributes"})

    tagging = Tagging(
        service="dynamodb",
        key="ResourceArn",
        listed=lambda client, arn: client.list_tags_of_resource(ResourceArn=arn).get("Tags"),
    )

    def create(self, aws: Clients, inputs: Inputs) -> str:
        aws.client("dynamodb").create_table(**table_arguments(inputs))
        self._expire(aws, inputs)
        return inputs["name"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        table = aws.client("dynamodb").describe_table(TableName=identity)["Table"]
        return {"arn": table["TableArn"], "streamArn": table.get("LatestStreamArn")}

    def observe(self, aws: Clients, identity: str, inputs: Inputs) -> Inputs:
        """Attributes and indexes are sets: they are as given where AWS has the same ones, in whatever order."""
        table = aws.client("dynamodb").describe_table(TableName=identity)["Table"]
        wanted, seen = table_arguments(inputs), dict(inputs)
        if _by_name(table["AttributeDefinitions"], "AttributeName") != _by_name(
            wanted["AttributeDefinitions"], "AttributeName"
        ):
            seen["attributes"] = [
                {"name": each["AttributeName"], "type": each["AttributeType"]} for each in table["AttributeDefinitions"]
            ]
        found = _by_name(table.get("GlobalSecondaryIndexes") or (), "IndexName")
        if found != _by_name(wanted.get("GlobalSecondaryIndexes") or (), "IndexName"):
            seen["globalSecondaryIndexes"] = [_index_as_given(each) for each in found.values()]
        return seen

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        billing = pascal(inputs, "billingMode")
        if "billingMode" in changed and billing:
            aws.client("dynamodb").update_table(TableName=identity, **billing)
        if "deletionProtectionEnabled" in changed:
            self._protect(aws, identity, enabled=bool(inputs.get("deletionProtectionEnabled")))
        if "ttl" in changed:
            self._expire(aws, inputs)

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("dynamodb").delete_table(TableName=identity)

    def discard(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        self._protect(aws, identity, enabled=False)
        self.delete(aws, identity, inputs)

    def _protect(self, aws: Clients, identity: str, *, enabled: bool) -> None:
        aws.client("dynamodb").update_table(TableName=identity, DeletionProtectionEnabled=enabled)

    def _expire(self, aws: Clients, inputs: Inputs) -> None:
        if ttl := inputs.get("ttl"):
            aws.client("dynamodb").update_time_to_live(
                TableName=inputs["name"],
                TimeToLiveSpecification={"Enabled": ttl.get("enabled", True), "AttributeName": ttl["attributeName"]},
            )


def table_arguments(inputs: Inputs) -> dict[str, Any]:
    """Arguments of CreateTable for the inputs of a table."""
    indexes = list(map(_index, inputs.get("globalSecondaryIndexes") or ()))
    throughput = {"ReadCapacityUnits": inputs.get("readCapacity"), "WriteCapacityUnits": inputs.get("writeCapacity")}
    return {
        "TableName": inputs["name"],
        "AttributeDefinitions": [
            {"AttributeName": attribute["name"], "AttributeType": attribute["type"]}
            for attribute in inputs["attributes"]
        ],
        "KeySchema": _keys(inputs),
        "Tags": tag_list(inputs),
        **pascal(inputs, "billingMode", "tableClass", "deletionProtectionEnabled"),
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        **({} if inputs.get("billingMode") == "PAY_PER_REQUEST" else {"ProvisionedThroughput": throughput}),
    }


def _by_name(items: Iterable[Mapping[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    """Requested attributes of each item, by name; an index has more, such as its size."""
    asked = ("AttributeName", "AttributeType", "IndexName", "KeySchema", "Projection")
    return {each[key]: {name: each[name] for name in asked if name in each} for each in items}


def _index_as_given(index: Mapping[str, Any]) -> dict[str, Any]:
    """An index as the program names its keys, never by `hashKey` and `rangeKey`, which the provider has deprecated."""
    keys = [{"attributeName": each["AttributeName"], "keyType": each["KeyType"]} for each in index["KeySchema"]]
    return {
        "name": index["IndexName"],
        "keySchemas": keys,
        "projectionType": index["Projection"]["ProjectionType"],
        **({"nonKeyAttributes": rest} if (rest := index["Projection"].get("NonKeyAttributes")) else {}),
    }


def _keys(inputs: Inputs) -> list[dict[str, str]]:
    keys = [{"AttributeName": inputs["hashKey"], "KeyType": "HASH"}]
    return [*keys, {"AttributeName": inputs["rangeKey"], "KeyType": "RANGE"}] if inputs.get("rangeKey") else keys


def _index(index: Inputs) -> dict[str, Any]:
    projection: dict[str, Any] = {"ProjectionType": index["projectionType"]}
    if index.get("nonKeyAttributes"):
        projection["NonKeyAttributes"] = index["nonKeyAttributes"]
    keys = [pascal(key, "attributeName", "keyType") for key in index.get("keySchemas") or ()] or _keys(index)
    return {"IndexName": index["name"], "KeySchema": keys, "Projection": projection}
