"""Table of DynamoDB: consistent reads, conditional writes, and queries over all pages."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from callback_api.errors import StoreError
from callback_api.storage.dynamodb.faults import WriteConflictError, translated

if TYPE_CHECKING:
    from callback_api.storage.dynamodb.items import Item, Value

# For writes that collided on the same items, and for reads with partial responses.
_TRIES = 12
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.01, 0.5
_KEYS_AT_ONCE = 100  # BatchGetItem's limit


class Table:
    """Table by name, with a boto3 client; every method may raise StoreError."""

    def __init__(self, client: Any, name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client, self.name, self._sleep = client, name, sleep

    def close(self) -> None:
        """Close the client's connections."""
        self._client.close()

    def get(self, key: Item) -> Item | None:
        """Return the item of a key after the last write."""
        return self._call("get_item", TableName=self.name, Key=key, ConsistentRead=True).get("Item")

    def get_many(self, keys: Sequence[Item]) -> list[Item]:
        """Return the existing items of some keys, in the order of the keys."""
        found: dict[str, Item] = {}
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            for item in self._got(keys[start : start + _KEYS_AT_ONCE]):
                found[item["pk"]["S"]] = item
        return [found[key["pk"]["S"]] for key in keys if key["pk"]["S"] in found]

    def put(self, item: Item) -> None:
        """Write an item, replacing any other."""
        self._call("put_item", TableName=self.name, Item=item)

    def delete(self, key: Item) -> bool:
        """Delete an item; return whether it existed."""
        return "Attributes" in self._call("delete_item", TableName=self.name, Key=key, ReturnValues="ALL_OLD")

    def update(self, update: Mapping[str, Any]) -> Item:
        """Change an item by an `item_update`, and return it; raises RefusedWriteError."""
        return self._call("update_item", TableName=self.name, ReturnValues="ALL_NEW", **update)["Attributes"]

    def transact(self, members: Sequence[Mapping[str, Any]]) -> None:
        """Make all writes or none; raises RefusedWriteError."""
        self._call("transact_write_items", TransactItems=list(members))

    def putting(self, item: Item, *, new: bool = False) -> dict[str, Any]:
        """Return the member of a transaction that writes an item, in a free place if it must be `new`."""
        condition = {"ConditionExpression": "attribute_not_exists(pk)"} if new else {}
        return {"Put": {"TableName": self.name, "Item": item, **condition}}

    def updating(self, update: Mapping[str, Any]) -> dict[str, Any]:
        """Return the member of a transaction that changes an item by an `item_update`."""
        return {"Update": {"TableName": self.name, **update}}

    def entries(
        self,
        partition: str,
        *,
        index: str | None = None,
        after: str | None = None,
        before: str | None = None,
        newest_first: bool = False,
        size: int = _KEYS_AT_ONCE,
    ) -> Iterator[Item]:
        """Yield entries of a partition, of the table (consistent) or an index (slightly late), `size` per request.

        after, before: texts between which the positions are.
        """
        query = _query(partition, index or "", after, before)
        at: dict[str, Any] = {}
        while True:
            answer = self._call(
                "query", TableName=self.name, ScanIndexForward=not newest_first, Limit=size, **query, **at
            )
            yield from answer["Items"]
            if not (last := answer.get("LastEvaluatedKey")):
                return
            at = {"ExclusiveStartKey": last}

    def count(self, partition: str, index: str, at_most: int) -> int:
        """Return the number of entries in a partition of an index, up to a limit."""
        query, number, at = _query(partition, index), 0, dict[str, Any]()
        while number < at_most:
            answer = self._call("query", TableName=self.name, Select="COUNT", Limit=at_most - number, **query, **at)
            number += answer["Count"]
            if not (last := answer.get("LastEvaluatedKey")):
                break
            at = {"ExclusiveStartKey": last}
        return number

    def _got(self, keys: Sequence[Item]) -> list[Item]:
        items: list[Item] = []
        left: Any = {self.name: {"Keys": list(keys), "ConsistentRead": True}}
        for pause in _pauses():
            answer = self._call("batch_get_item", RequestItems=left)
            items += answer["Responses"].get(self.name, ())
            if not (left := answer.get("UnprocessedKeys")):
                return items
            self._sleep(pause)
        raise StoreError(f'the table "{self.name}" is throttled at the moment: try again')

    def _call(self, operation: str, **arguments: Any) -> Any:
        for pause in _pauses():
            try:
                return getattr(self._client, operation)(**arguments)
            except Exception as error:
                raised = translated(error, self.name)
                if not isinstance(raised, WriteConflictError):
                    raise raised from error
            self._sleep(pause)
        raise StoreError(f'too many writes to the same items of the table "{self.name}" at once: try again')


def item_update(
    key: Item,
    *,
    sets: Item | None = None,
    removes: Sequence[str] = (),
    adds: Item | None = None,
    condition: tuple[str, str, Value] | None = None,
) -> dict[str, Any]:
    """Return the arguments of an update; the condition is an attribute, an operator and a value."""
    names: dict[str, str] = {}
    values: dict[str, Value] = {}

    def named(name: str) -> str:
        return names.setdefault(name, f"#{len(names)}")

    def valued(value: Value) -> str:
        values[f":{len(values)}"] = value
        return f":{len(values) - 1}"

    clauses = {
        "SET": [f"{named(name)} = {valued(value)}" for name, value in (sets or {}).items()],
        "ADD": [f"{named(name)} {valued(value)}" for name, value in (adds or {}).items()],
        "REMOVE": [named(name) for name in removes],
    }
    expression = " ".join(f"{clause} {', '.join(parts)}" for clause, parts in clauses.items() if parts)
    guard = {"ConditionExpression": f"{named(condition[0])} {condition[1]} {valued(condition[2])}"} if condition else {}
    written = {f"#{at}": name for at, name in enumerate(names)}
    bound = {"ExpressionAttributeValues": values} if values else {}
    return {"Key": key, "UpdateExpression": expression, "ExpressionAttributeNames": written, **bound, **guard}


def _query(partition: str, index: str, after: str | None = None, before: str | None = None) -> dict[str, Any]:
    """Arguments of a query; indexes are not consistent."""
    bounds = {name: {"S": value} for name, value in ((":after", after), (":before", before)) if value is not None}
    # A position ends with the ID of a task, so that none is equal to a bound that is a time.
    operator = "BETWEEN :after AND :before" if len(bounds) == 2 else "> :after" if ":after" in bounds else "< :before"
    between = f" AND {index}sk {operator}" if bounds else ""
    values = {":pk": {"S": partition}, **bounds}
    where = {"IndexName": index} if index else {"ConsistentRead": True}
    return {"KeyConditionExpression": f"{index}pk = :pk{between}", "ExpressionAttributeValues": values, **where}


def _pauses() -> Iterator[float]:
    """Seconds to wait after each try, with full jitter."""
    longest = _FIRST_PAUSE_SECONDS
    for _ in range(_TRIES):
        yield random.uniform(0, longest)  # noqa: S311 - no secret
        longest = min(2 * longest, _LONGEST_PAUSE_SECONDS)
