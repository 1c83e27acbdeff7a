"""SQS: queues and their policies."""

from __future__ import annotations

import json
from collections.abc import Set
from typing import TYPE_CHECKING, Any

from local.resources.resource_type import Inputs, Outputs, ResourceType, policy_as_found
from local.resources.tags import Tagging

if TYPE_CHECKING:
    from local.clients import Clients

_ATTRIBUTES = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "delaySeconds": "DelaySeconds",
    "fifoQueue": "FifoQueue",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""
_DEFAULTS = {
    "contentBasedDeduplication": "false",
    "delaySeconds": "0",
    "kmsDataKeyReusePeriodSeconds": "300",
    "maxMessageSize": "1048576",
    "messageRetentionSeconds": "345600",
    "receiveWaitTimeSeconds": "0",
    "sqsManagedSseEnabled": "true",
    "visibilityTimeoutSeconds": "30",
}
"""Default of an attribute when its input is removed; policies and keys are removed by an empty text."""


class QueueType(ResourceType):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html; its id is the URL."""

    type = "aws:sqs/queue:Queue"
    replace_on = frozenset({"name", "namePrefix", "fifoQueue"})
    tagging = Tagging(
        service="sqs",
        key="QueueUrl",
        by="id",
        form="map",
        add="tag_queue",
        remove="untag_queue",
        listed=lambda client, url: client.list_queue_tags(QueueUrl=url).get("Tags"),
    )

    def leftover(self, aws: Clients, inputs: Inputs) -> str | None:
        return aws.client("sqs").get_queue_url(QueueName=inputs["name"])["QueueUrl"]

    def create(self, aws: Clients, inputs: Inputs) -> str:
        answer = aws.client("sqs").create_queue(
            QueueName=inputs["name"], Attributes=_attributes(inputs), tags=inputs.get("tags") or {}
        )
        return answer["QueueUrl"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        answer = aws.client("sqs").get_queue_attributes(QueueUrl=identity, AttributeNames=["QueueArn"])
        return {"arn": answer["Attributes"]["QueueArn"], "url": identity}

    def observe(self, aws: Clients, identity: str, inputs: Inputs) -> Inputs:
        told = aws.client("sqs").get_queue_attributes(QueueUrl=identity, AttributeNames=["All"])["Attributes"]
        wanted = _attributes(inputs)
        drifted = {
            key for key, name in _ATTRIBUTES.items() if name in wanted and told.get(name, wanted[name]) != wanted[name]
        }
        return {
            key: _typed(value, told[_ATTRIBUTES[key]]) if key in drifted else value for key, value in inputs.items()
        }

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        sqs = aws.client("sqs")
        if attributes := changed & set(_ATTRIBUTES):
            removed = {_ATTRIBUTES[key]: _DEFAULTS.get(key, "") for key in attributes if inputs.get(key) is None}
            sqs.set_queue_attributes(QueueUrl=identity, Attributes={**removed, **_attributes(inputs)})

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("sqs").delete_queue(QueueUrl=identity)


def _attributes(inputs: Inputs) -> dict[str, str]:
    present = {key: inputs[key] for key in _ATTRIBUTES if inputs.get(key) is not None}
    return {
        _ATTRIBUTES[key]: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in present.items()
        if (key, value) != ("fifoQueue", False)  # the API takes only "true"
    }


def _typed(like: Any, text: str) -> Any:
    """An attribute's text as the type that its input has."""
    if isinstance(like, bool):
        return text == "true"
    return int(text) if isinstance(like, int) else text


class QueuePolicyType(ResourceType):
    """The policy of a queue as a resource of its own; its id is the queue's URL."""

    type = "aws:sqs/queuePolicy:QueuePolicy"
    name_key = None
    replace_on = frozenset({"queueUrl"})

    def claim(self, inputs: Inputs) -> str | None:
        return inputs["queueUrl"]

    def create(self, aws: Clients, inputs: Inputs) -> str:
        aws.client("sqs").set_queue_attributes(QueueUrl=inputs["queueUrl"], Attributes={"Policy": inputs["policy"]})
        return inputs["queueUrl"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        answer = aws.client("sqs").get_queue_attributes(QueueUrl=identity, AttributeNames=["Policy"])
        return {} if answer.get("Attributes", {}).get("Policy") else None

    def observe(self, aws: Clients, identity: str, inputs: Inputs) -> Inputs:
        answer = aws.client("sqs").get_queue_attributes(QueueUrl=identity, AttributeNames=["Policy"])
        return policy_as_found(inputs, "policy", json.loads(answer["Attributes"]["Policy"]))

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        self.create(aws, inputs)

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("sqs").set_queue_attributes(QueueUrl=identity, Attributes={"Policy": ""})
