"""Queue of messages that wait for a person."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

# Both are SQS's maximum: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
RETENTION_SECONDS = 14 * 24 * 60 * 60
MAX_MESSAGE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class HoldingQueueArgs:
    """Name of the queue, which never changes: pending schedules refer to it.

    kms_key_arn: the key that encrypts it; None for SQS's own.
    """

    queue_name: str
    kms_key_arn: str | None = None


class HoldingQueue(pulumi.ComponentResource):
    """Standard queue, encrypted, with the longest retention and the largest messages.

    It is protected: its messages exist nowhere else.
    """

    arn: pulumi.Output[str]
    url: pulumi.Output[str]

    def __init__(self, name: str, args: HoldingQueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:HoldingQueue", name, None, opts)
        queue = aws.sqs.Queue(
            f"{name}-queue",
            name=args.queue_name,
            message_retention_seconds=RETENTION_SECONDS,
            max_message_size=MAX_MESSAGE_BYTES,
            sqs_managed_sse_enabled=None if args.kms_key_arn else True,
            kms_master_key_id=args.kms_key_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.arn = queue.arn
        self.url = queue.url
        self.register_outputs({"arn": self.arn, "url": self.url})
