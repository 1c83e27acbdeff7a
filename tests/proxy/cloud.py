"""SQS and DynamoDB in memory, as boto3's clients of them: just what the proxy asks for, safe from many threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

RETRY, UNDELIVERED = "https://sqs/retry", "https://sqs/undelivered"
Step = Callable[[str], None]


def nothing(step: str) -> None:
    """Let every step pass."""


@dataclass
class FakeTable:
    """One table; `before` and `after` are told of each call and may raise what they like."""

    items: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict[tuple[str, str], dict[str, Any]])
    before: Step = nothing
    after: Step = nothing
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get_item(self, *, TableName: str, Key: dict[str, Any], ConsistentRead: bool) -> dict[str, Any]:  # noqa: N803
        assert ConsistentRead
        self.before("read")
        with self.lock:
            found = self.items.get((Key["pk"]["S"], Key["sk"]["S"]))
        self.after("read")
        return {"Item": found} if found else {}

    def put_item(
        self,
        *,
        TableName: str,  # noqa: N803 - boto3's own names
        Item: dict[str, Any],  # noqa: N803
        ConditionExpression: str,  # noqa: N803
        ReturnValuesOnConditionCheckFailure: str,  # noqa: N803
        ExpressionAttributeValues: dict[str, Any] | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        assert ReturnValuesOnConditionCheckFailure == "ALL_OLD"
        self.before("write")
        key = (Item["pk"]["S"], Item["sk"]["S"])
        with self.lock:
            there = self.items.get(key)
            if there is not None and not _allows(ConditionExpression, ExpressionAttributeValues, there):
                response: Any = {"Error": {"Code": "ConditionalCheckFailedException", "Message": "no"}, "Item": there}
                raise ClientError(response, "PutItem")
            self.items[key] = Item
        self.after("write")
        return {}


def _allows(condition: str, values: dict[str, Any] | None, there: dict[str, Any]) -> bool:
    if condition == "attribute_not_exists(pk)":
        return False
    assert condition == "attribute_not_exists(pk) OR version = :version"
    assert values is not None
    return there["version"] == values[":version"]


@dataclass
class FakeQueues:
    """What was sent to the two queues, in order."""

    retries: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    delays: list[int] = field(default_factory=list[int])
    letters: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    before: Step = nothing
    after: Step = nothing

    def send_message(
        self,
        *,
        QueueUrl: str,  # noqa: N803 - boto3's own names
        MessageBody: str,  # noqa: N803
        DelaySeconds: int = 0,  # noqa: N803
        MessageAttributes: dict[str, Any] | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        assert len(MessageBody.encode()) <= 1024 * 1024
        assert 0 <= DelaySeconds <= 900
        self.before("send")
        if QueueUrl == RETRY:
            self.delays.append(DelaySeconds)
            self.retries.append(json.loads(MessageBody))
        else:
            assert QueueUrl == UNDELIVERED
            assert len(MessageAttributes or {}) <= 10
            said = {name: value["StringValue"] for name, value in (MessageAttributes or {}).items()}
            self.letters.append({"body": json.loads(MessageBody), **said})
        self.after("send")
        return {}
