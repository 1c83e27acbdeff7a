"""SQS in memory, as boto3's client of it: standard queues with delays, visibility, redrive and limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from local.simulation.access import Step, refused, unhindered

if TYPE_CHECKING:
    from local.simulation.clock import Clock

LONGEST_DELAY_SECONDS = 900
MOST_BYTES = 1024 * 1024
MOST_ATTRIBUTES, MOST_RECEIVED = 10, 10
# The characters of XML 1.0: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
_REFUSED = re.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\U00010000-\\U0010FFFF]")
_GONE = "AWS.SimpleQueueService.NonExistentQueue"


@dataclass(slots=True)
class QueuedMessage:
    """A message that nobody receives before `visible`; a receipt is its identifier and how often it was received."""

    identifier: str
    body: str
    sent: float
    visible: float
    attributes: Mapping[str, Any]
    received: int = 0

    @property
    def receipt(self) -> str:
        """The handle of the last receive."""
        return f"{self.identifier}#{self.received}"


@dataclass(slots=True)
class _Queue:
    visibility: float
    redrive: tuple[str, int] | None
    messages: dict[str, QueuedMessage] = field(default_factory=dict[str, "QueuedMessage"])
    watch: Callable[[float], None] | None = None


class Sqs:
    """Queues by their URLs; `order` puts those in sight in the order in which they are given out: SQS promises none."""

    def __init__(self, clock: Clock, step: Step = unhindered) -> None:
        self._clock, self._step = clock, step
        self._queues: dict[str, _Queue] = {}
        self._numbers = count(1)
        self.order: Callable[[Sequence[QueuedMessage]], Sequence[QueuedMessage]] = lambda seen: seen

    def create(self, url: str, *, visibility: float = 30.0, redrive: tuple[str, int] | None = None) -> None:
        """Make a queue; `redrive` is where a message goes that was received so often."""
        self._queues[url] = _Queue(visibility, redrive)

    def watch(self, url: str, told: Callable[[float], None]) -> None:
        """Have `told` know of each time at which a message of the queue comes in sight."""
        self._queues[url].watch = told

    def messages(self, url: str) -> Sequence[QueuedMessage]:
        """Every message of a queue, hidden ones too, in the order of their arrival."""
        return tuple(self._queues[url].messages.values())

    def get_queue_url(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html."""
        self._found(asked["QueueName"], "GetQueueUrl")
        return {"QueueUrl": asked["QueueName"]}

    def send_message(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html."""
        self._step("sqs SendMessage?", asked)
        self._found(asked["QueueUrl"], "SendMessage")
        attributes: Mapping[str, Any] = asked.get("MessageAttributes") or {}
        delay = asked.get("DelaySeconds", 0)
        _refuse_unfit(asked["MessageBody"], attributes, delay)
        message = self.put(asked["QueueUrl"], asked["MessageBody"], attributes, delay)
        self._step("sqs SendMessage!", asked)
        return {"MessageId": message}

    def put(self, url: str, body: str, attributes: Mapping[str, Any] | None = None, delay: float = 0) -> str:
        """Put a message there as AWS itself does, which no fault hinders."""
        name, now = f"message-{next(self._numbers)}", self._clock.seconds
        self._add(self._queues[url], QueuedMessage(name, body, now, now + delay, attributes or {}))
        return name

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html."""
        queue = self._found(asked["QueueUrl"], "ReceiveMessage")
        visibility, most = asked.get("VisibilityTimeout", queue.visibility), asked.get("MaxNumberOfMessages", 1)
        if not 1 <= most <= MOST_RECEIVED:
            raise refused("InvalidParameterValue", f"MaxNumberOfMessages is {most}", "ReceiveMessage")
        seen = [message for message in queue.messages.values() if message.visible <= self._clock.seconds]
        received: list[dict[str, Any]] = []
        for message in self.order(seen):
            if len(received) == most:
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
        identifier, mark, _ = asked["ReceiptHandle"].partition("#")
        if not mark:
            raise refused("ReceiptHandleIsInvalid", "The input receipt handle is invalid.", "DeleteMessage")
        there = queue.messages.get(identifier)
        if there is not None and there.receipt == asked["ReceiptHandle"]:
            del queue.messages[identifier]
        return {}  # an older receipt is taken, and the message may stay

    def _found(self, url: str, operation: str) -> _Queue:
        if url not in self._queues:
            raise refused(_GONE, "The specified queue does not exist.", operation)
        return self._queues[url]

    def _add(self, queue: _Queue, message: QueuedMessage) -> None:
        queue.messages[message.identifier] = message
        if queue.watch is not None:
            queue.watch(message.visible)

    def _hide(self, queue: _Queue, message: QueuedMessage, seconds: float) -> None:
        message.visible = self._clock.seconds + seconds
        if queue.watch is not None:
            queue.watch(message.visible)

    def _redrive(self, queue: _Queue, message: QueuedMessage, url: str) -> None:
        del queue.messages[message.identifier]
        message.visible = self._clock.seconds
        self._add(self._queues[url], message)


def _told(message: QueuedMessage, asked: Mapping[str, Any]) -> dict[str, Any]:
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


def _refuse_unfit(body: str, attributes: Mapping[str, Any], delay: int) -> None:
    """Refuse what SQS takes in no queue."""
    texts = [str(value["StringValue"]) for value in attributes.values()]
    size = sum(len(text.encode(errors="surrogatepass")) for text in (body, *texts, *_names(attributes)))
    code, message = "InvalidParameterValue", ""
    if not body:
        code, message = "MissingParameter", "The request must contain the parameter MessageBody."
    elif _REFUSED.search(body):
        code, message = "InvalidMessageContents", "The message contains characters outside the allowed set."
    elif size > MOST_BYTES:
        message = f"Message must be shorter than {MOST_BYTES} bytes."
    elif not 0 <= delay <= LONGEST_DELAY_SECONDS:
        message = f"DelaySeconds is {delay}"
    elif len(attributes) > MOST_ATTRIBUTES:
        message = f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [{MOST_ATTRIBUTES}]."
    elif not all(texts) or any(map(_REFUSED.search, texts)):
        message = "A message attribute is empty or has characters outside the allowed set."
    if message:
        raise refused(code, message, "SendMessage")


def _names(attributes: Mapping[str, Any]) -> list[str]:
    return [text for name, value in attributes.items() for text in (name, value["DataType"])]
