"""SQS, DynamoDB and SSM in memory, as boto3's clients of them: just what the proxy asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from local.simulation.clock import Clock

RETRY, UNDELIVERED = "retry", "undelivered"
_CONDITIONS = ("attribute_not_exists(pk)", "attribute_not_exists(pk) OR version = :version")


@dataclass
class Message:
    """One message of a queue, seen by nobody before `visible`."""

    identifier: str
    body: str
    visible: float
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    received: int = 0


class Cloud:
    """The clients of one stack; `step` is told of each request before and after it, and may raise."""

    def __init__(self, clock: Clock, parameters: Mapping[str, str], step: Callable[[str, Any], None]) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.letters: list[Message] = []
        self.deliver: Callable[[Message], None] = lambda message: None
        self._clock, self._parameters, self._step = clock, parameters, step
        self._numbers = count()

    def __call__(self, service: str, /) -> Any:
        """The client of a service."""
        return self

    def get_parameter(self, **asked: Any) -> dict[str, Any]:
        """GetParameter of SSM."""
        return {"Parameter": {"Value": self._parameters[asked["Name"]]}}

    def get_item(self, **asked: Any) -> dict[str, Any]:
        """GetItem of DynamoDB."""
        self._step("read?", asked)
        found = self.items.get((asked["Key"]["pk"]["S"], asked["Key"]["sk"]["S"]))
        self._step("read!", asked)
        return {"Item": dict(found)} if found else {}

    def put_item(self, **asked: Any) -> dict[str, Any]:
        """PutItem of DynamoDB, under one of the ledger's two conditions."""
        self._step("write?", asked)
        item: dict[str, Any] = asked["Item"]
        key = (item["pk"]["S"], item["sk"]["S"])
        there = self.items.get(key)
        if there is not None and not _allows(asked, there):
            answer: Any = {
                "Error": {"Code": "ConditionalCheckFailedException", "Message": "The conditional request failed"}
            }
            if asked.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD":
                answer["Item"] = dict(there)
            raise ClientError(answer, "PutItem")
        self.items[key] = dict(item)
        self._step("write!", asked)
        return {}

    def send_message(self, **asked: Any) -> dict[str, Any]:
        """SendMessage of SQS."""
        delay: int = asked.get("DelaySeconds", 0)
        if not 0 <= delay <= 900:
            raise ClientError({"Error": {"Code": "InvalidParameterValue", "Message": "DelaySeconds"}}, "SendMessage")
        self._step("send?", asked)
        name = f"message-{next(self._numbers)}"
        message = Message(name, asked["MessageBody"], self._clock.seconds + delay, asked.get("MessageAttributes") or {})
        if asked["QueueUrl"] == RETRY:
            self.deliver(message)
        else:
            self.letters.append(message)
        self._step("send!", asked)
        return {"MessageId": name}


def throttled(operation: str) -> ClientError:
    """The answer of a service that takes no more."""
    code = "ProvisionedThroughputExceededException" if operation in ("read", "write") else "RequestThrottled"
    return ClientError({"Error": {"Code": code, "Message": "slow down"}}, operation)


def _allows(asked: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    condition = asked["ConditionExpression"]
    if condition not in _CONDITIONS:
        raise ValueError(f'a condition that is not simulated: "{condition}"')
    return condition == _CONDITIONS[1] and there["version"] == asked["ExpressionAttributeValues"][":version"]
