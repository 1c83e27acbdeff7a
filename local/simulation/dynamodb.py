"""DynamoDB in memory, as boto3's client of it: just what the run ledger asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.simulation.access import Step, refused, unhindered

ABSENT = "attribute_not_exists(pk)"
VERSION = "attribute_not_exists(pk) OR version = :version"


class DynamoDb:
    """One table with the key `pk`, `sk`, both texts; its items in DynamoDB's typed JSON."""

    def __init__(self, table: str, step: Step = unhindered) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self._table, self._step = table, step

    def get_item(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html."""
        self._step("dynamodb GetItem?", asked)
        found = self._of(asked, "GetItem").get(_key(asked["Key"]))
        self._step("dynamodb GetItem!", asked)
        return {"Item": dict(found)} if found is not None else {}

    def put_item(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html."""
        self._step("dynamodb PutItem?", asked)
        items, key = self._of(asked, "PutItem"), _key(asked["Item"])
        there = items.get(key)
        if not _allows(asked, there):
            old = (
                {"Item": dict(there)} if there and asked.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" else {}
            )
            code = "ConditionalCheckFailedException"
            raise refused(code, "The conditional request failed", "PutItem", **old)
        items[key] = dict(asked["Item"])
        self._step("dynamodb PutItem!", asked)
        return {}

    def _of(self, asked: Mapping[str, Any], operation: str) -> dict[tuple[str, str], dict[str, Any]]:
        if asked["TableName"] != self._table:
            raise refused("ResourceNotFoundException", "Requested resource not found", operation)
        return self.items


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _allows(asked: Mapping[str, Any], there: Mapping[str, Any] | None) -> bool:
    condition = asked.get("ConditionExpression")
    if condition not in (None, ABSENT, VERSION):
        raise ValueError(f'a condition that is not simulated: "{condition}"')
    if there is None or condition is None:
        return True
    return condition == VERSION and there.get("version") == asked["ExpressionAttributeValues"][":version"]
