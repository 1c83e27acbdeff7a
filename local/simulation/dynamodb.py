"""DynamoDB in memory, as boto3's client of it: what the run ledger asks for, by many threads at once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from local.simulation.access import Step, refused, unhindered

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

ABSENT = "attribute_not_exists(pk)"
VERSION = "attribute_not_exists(pk) OR version = :version"
MOST_ITEM_BYTES = 400 * 1024
MOST_KEY_BYTES = {"pk": 2048, "sk": 1024}


class DynamoDb:
    """One table with the key `pk`, `sk`, both texts; its items in DynamoDB's typed JSON."""

    def __init__(self, table: str, step: Step = unhindered) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self._table, self._step = table, step
        self._lock = threading.Lock()

    def get_item(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html."""
        self._step("dynamodb GetItem?", asked)
        found = self._of(asked, "GetItem").get(_key(asked["Key"], "GetItem"))
        self._step("dynamodb GetItem!", asked)
        return {"Item": dict(found)} if found is not None else {}

    def put_item(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html."""
        self._step("dynamodb PutItem?", asked)
        items, key = self._of(asked, "PutItem"), _key(asked["Item"], "PutItem")
        if _size(asked["Item"]) > MOST_ITEM_BYTES:
            raise _unfit("Item size has exceeded the maximum allowed size", "PutItem")
        with self._lock:
            there = items.get(key)
            if not _allows(asked, there):
                told = there is not None and asked.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
                old = {"Item": dict(there)} if told and there else {}
                code = "ConditionalCheckFailedException"
                raise refused(code, "The conditional request failed", "PutItem", **old)
            items[key] = dict(asked["Item"])
        self._step("dynamodb PutItem!", asked)
        return {}

    def _of(self, asked: Mapping[str, Any], operation: str) -> dict[tuple[str, str], dict[str, Any]]:
        if asked["TableName"] != self._table:
            raise refused("ResourceNotFoundException", "Requested resource not found", operation)
        return self.items


def _key(item: Mapping[str, Any], operation: str) -> tuple[str, str]:
    for name, most in MOST_KEY_BYTES.items():
        if "S" not in item.get(name, {}):
            raise _unfit(f"the key {name} is missing or is not a text", operation)
        if not 0 < len(item[name]["S"].encode()) <= most:
            raise _unfit(f"the key {name} is empty or longer than {most} bytes", operation)
    return item["pk"]["S"], item["sk"]["S"]


def _size(item: Mapping[str, Any]) -> int:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, str]) -> int:
    ((kind, text),) = value.items()
    if kind not in ("S", "N"):
        raise ValueError(f'a type of value that is not simulated: "{kind}"')
    return len(text.encode()) if kind == "S" else len(text) // 2 + 1


def _unfit(message: str, operation: str) -> ClientError:
    return refused("ValidationException", f"One or more parameter values were invalid: {message}", operation)


def _allows(asked: Mapping[str, Any], there: Mapping[str, Any] | None) -> bool:
    condition = asked.get("ConditionExpression")
    if condition not in (None, ABSENT, VERSION):
        raise ValueError(f'a condition that is not simulated: "{condition}"')
    if there is None or condition is None:
        return True
    return condition == VERSION and there.get("version") == asked["ExpressionAttributeValues"][":version"]
