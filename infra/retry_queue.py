"""The queue of the calls that wait for their next attempt."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.holding_queue import MAX_MESSAGE_BYTES, RETENTION_SECONDS
from infra.policies import Reserve, document

# "Set the visibility timeout to at least six times your function timeout":
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
VISIBILITY_PER_TIMEOUT = 6
# A message that the function could not even take up so often is for a person to look at.
MOST_RECEIVES = 5


@dataclass(frozen=True, slots=True)
class RetryQueueArgs:
    """Name of the queue, the function's timeout and role, and the queue for what cannot be worked on.

    kms_key_arn: the key that encrypts it; none is one of SQS's own.
    """

    queue_name: str
    function_timeout_seconds: int
    function_role_arn: pulumi.Input[str]
    undelivered_arn: pulumi.Input[str]
    kms_key_arn: str | None = None


class RetryQueue(pulumi.ComponentResource):
    """A standard queue, encrypted, whose messages come back to the function when their delay is over.

    It is protected: while it waits, a call is nowhere else. The function alone may write it: a message says where its
    call came from, and is believed.
    """

    arn: pulumi.Output[str]
    url: pulumi.Output[str]

    def __init__(self, name: str, args: RetryQueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:RetryQueue", name, None, opts)
        queue = aws.sqs.Queue(
            f"{name}-queue",
            name=args.queue_name,
            visibility_timeout_seconds=VISIBILITY_PER_TIMEOUT * args.function_timeout_seconds,
            message_retention_seconds=RETENTION_SECONDS,
            max_message_size=MAX_MESSAGE_BYTES,
            redrive_policy=pulumi.Output.from_input(args.undelivered_arn).apply(_redrive),
            sqs_managed_sse_enabled=None if args.kms_key_arn else True,
            kms_master_key_id=args.kms_key_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        aws.sqs.QueuePolicy(
            f"{name}-policy",
            queue_url=queue.url,
            policy=document(Reserve("FunctionAlone", ["sqs:SendMessage"], queue.arn, args.function_role_arn)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = queue.arn
        self.url = queue.url
        self.register_outputs({"arn": self.arn, "url": self.url})


def _redrive(undelivered_arn: str) -> str:
    return json.dumps({"deadLetterTargetArn": undelivered_arn, "maxReceiveCount": MOST_RECEIVES})
