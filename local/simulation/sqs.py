"""SQS in memory, as boto3's client of it: standard queues with delays, visibility and redrive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from local.simulation.access import Step, refused, unhindered

if TYPE_CHECKING:
    from local.simulation.clock import Clock

LONGEST_DELAY_SECONDS = 900
_GONE = "AWS.SimpleQueueService.NonExistentQueue"


@dataclass(slots=True)
class _Message:
    """A message that nobody sees before `visible`; a receipt is its identifier and how often it was received."""

    identifier: str
    body: str
    sent: float
    visible: float
    attributes: Mapping[str, Any]
    received: int = 0

    @property
    def receipt(self) -> str:
        return f"{self.identifier}#{self.received}"


@dataclass(slots=True)
class _Queue:
    visibility: float
    redrive: tuple[str, int] | None
    messages: dict[str, _Message] = field(default_factory=dict[str, "_Message"])
    watch: Callable[[float], None] | None = None


class Sqs:
    """Queues by their URLs."""

    def __init__(self, clock: Clock, step: Step = unhindered) -> None:
        self._clock, self._step = clock, step
        self._queues: dict[str, _Queue] = {}
        self._numbers = count(1)

    def create(self, url: str, *, visibility: float = 30.0, redrive: tuple[str, int] | None = None) -> None:
        """Make a queue; `redrive` is where a message goes that was received so often."""
        self._queues[url] = _Queue(visibility, redrive)

    def watch(self, url: str, told: Callable[[float], None]) -> None:
        """Have `told` know of each time at which a message of the queue comes in sight."""
        self._queues[url].watch = told

    def get_queue_url(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html."""
        self._found(asked["QueueName"], "GetQueueUrl")
        return {"QueueUrl": asked["QueueName"]}

    def send_message(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html."""
        self._step("sqs SendMessage?", asked)
        self._found(asked["QueueUrl"], "SendMessage")
        delay = asked.get("DelaySeconds", 0)
        if not 0 <= delay <= LONGEST_DELAY_SECONDS:
            raise refused("InvalidParameterValue", f"DelaySeconds is {delay}", "SendMessage")
        message = self.put(asked["QueueUrl"], asked["MessageBody"], asked.get("MessageAttributes") or {}, delay)
        self._step("sqs SendMessage!", asked)
        return {"MessageId": message}

    def put(self, url: str, body: str, attributes: Mapping[str, Any] | None = None, delay: float = 0) -> str:
        """Put a message there as AWS itself does, which no fault hinders."""
        name, now = f"message-{next(self._numbers)}", self._clock.seconds
        self._add(self._queues[url], _Message(name, body, now, now + delay, attributes or {}))
        return name

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html."""
        queue = self._found(asked["QueueUrl"], "ReceiveMessage")
        visibility = asked.get("VisibilityTimeout", queue.visibility)
        seen = [message for message in queue.messages.values() if message.visible <= self._clock.seconds]
        received: list[dict[str, Any]] = []
        for message in seen:
            if len(received) == asked.get("MaxNumberOfMessages", 1):
                break
            if queue.redrive is not None and message.received >= queue.redrive[1]:
                self._redrive(queue, message, queue.redrive[0])
                continue
            message.received += 1
            self._hide(queue, message, visibility)
            received.append(_told(message, asked))
        return {"Messages": received} if received else {}

    def delete_message(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html."""
        queue = self._found(asked["QueueUrl"], "DeleteMessage")
        queue.messages.pop(asked["ReceiptHandle"].partition("#")[0], None)
        return {}

    def _found(self, url: str, operation: str) -> _Queue:
        if url not in self._queues:
            raise refused(_GONE, "The specified queue does not exist.", operation)
        return self._queues[url]

    def _add(self, queue: _Queue, message: _Message) -> None:
        queue.messages[message.identifier] = message
        if queue.watch is not None:
            queue.watch(message.visible)

    def _hide(self, queue: _Queue, message: _Message, seconds: float) -> None:
        message.visible = self._clock.seconds + seconds
        if queue.watch is not None:
            queue.watch(message.visible)

    def _redrive(self, queue: _Queue, message: _Message, url: str) -> None:
        del queue.messages[message.identifier]
        message.visible = self._clock.seconds
        self._add(self._queues[url], message)


def _told(message: _Message, asked: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "MessageId": message.identifier,
        "ReceiptHandle": message.receipt,
        "Body": message.body,
    }
    if "All" in asked.get("MessageAttributeNames", ()) and message.attributes:
        told["MessageAttributes"] = dict(message.attributes)
    if "All" in asked.get("MessageSystemAttributeNames", ()):
        times = {"ApproximateReceiveCount": str(message.received), "SentTimestamp": str(int(message.sent * 1000))}
        told["Attributes"] = times
    return told
