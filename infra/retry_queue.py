"""Queue of calls that wait for their next attempt."""

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
# A message that the function failed to process this often needs a person.
MOST_RECEIVES = 5


@dataclass(frozen=True, slots=True)
class RetryQueueArgs:
    """Name of the queue, the function's timeout and role, and the queue for messages that fail.

    kms_key_arn: the key that encrypts it; None for SQS's own.
    """

    queue_name: str
    function_timeout_seconds: int
    function_role_arn: pulumi.Input[str]
    undelivered_arn: pulumi.Input[str]
    kms_key_arn: str | None = None


class RetryQueue(pulumi.ComponentResource):
    """Standard queue, encrypted, whose messages return to the function after their delay.

    It is protected: a waiting call exists nowhere else. Only the function may write to it: the origin in a message is
    trusted.
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
