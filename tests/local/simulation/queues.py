"""A queue and the one for what is received from it too often: the emulator's, and the double's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.simulation.sqs import Sqs

if TYPE_CHECKING:
    from local.simulation.clock import Clock


def made_queues(real: Any, dead: str, queue: str, *, visibility: int) -> tuple[str, str]:
    dead_url = real.create_queue(QueueName=dead)["QueueUrl"]
    arn = real.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    attributes = {"VisibilityTimeout": str(visibility), "RedrivePolicy": redrive}
    return dead_url, real.create_queue(QueueName=queue, Attributes=attributes)["QueueUrl"]


def doubled_queues(clock: Clock, dead: str, queue: str, *, visibility: float) -> Sqs:
    double = Sqs(clock)
    double.create(dead)
    double.create(queue, visibility=visibility, redrive=(dead, 2))
    return double
