"""Messages of the undelivered queues, held while a command reads them, and put back unless deleted."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from schedule_catalog.operations.errors import AwsError, UndeliveredCallError
from schedule_catalog.operations.provenance import read_undelivered_call
from schedule_catalog.operations.translation import asking, code_of
from schedule_catalog.operations.undelivered_call import SCHEDULERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.undelivered_call import UndeliveredCall

HOLD_SECONDS = 300
"""Time after which the messages of a killed command become visible again."""

BATCH = 10
"""Maximum number of messages in one request: SQS ReceiveMessage and ChangeMessageVisibilityBatch."""

# A long poll asks every server of a queue, a short one only some of them.
_POLL_SECONDS = 1


@dataclass(frozen=True, slots=True)
class _Held:
    url: str
    receipt: str


class UndeliveredQueues:
    """Undelivered calls of a stack.

    Used as a context manager: at its end, also after an error, all messages that are still held are put back.
    """

    def __init__(self, stack: Deployed) -> None:
        manifest = stack.manifest
        self._sqs = stack.clients.client("sqs")
        self._queues = {"undelivered": manifest.undelivered_queue_url, SCHEDULERS: manifest.scheduler_dlq_url}
        self._stack = stack
        self._held: dict[str, _Held] = {}
        self.truncated = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for url in self._queues.values():
            receipts = [held.receipt for held in self._held.values() if held.url == url]
            for start in range(0, len(receipts), BATCH):
                self._put_back(url, receipts[start : start + BATCH])
        self._held.clear()

    def read(
        self, most: int, enough: Callable[[Mapping[str, UndeliveredCall]], bool] = lambda found: False
    ) -> list[UndeliveredCall]:
        """Receive at most about this number of messages and return them, the oldest first.

        enough: ends the reading early; receives all calls found so far by identifier. `truncated` is set if *most*
        ended it.
        """
        found: dict[str, UndeliveredCall] = {}
        for queue, url in self._queues.items():
            while not enough(found):
                if len(found) >= most:
                    self.truncated = True
                    break
                batch = self._receive(queue, url)
                if batch.keys() <= found.keys():  # none, or those that reappear after HOLD_SECONDS
                    self.truncated |= bool(batch)
                    break
                found.update(batch)
        return sorted(found.values(), key=lambda call: (call.at, call.identifier))

    def keep(self, call: UndeliveredCall) -> None:
        """Hold a message for longer; raises UndeliveredCallError if it is no longer held."""
        held = self._held[call.identifier]
        with asking("sqs:ChangeMessageVisibility", held.url):
            try:
                self._sqs.change_message_visibility(
                    QueueUrl=held.url, ReceiptHandle=held.receipt, VisibilityTimeout=HOLD_SECONDS
                )
            except Exception as error:
                if not code_of(error).endswith(
                    ("MessageNotInflight", "ReceiptHandleIsInvalid", "InvalidParameterValue")
                ):
                    raise
                del self._held[call.identifier]
                raise UndeliveredCallError(
                    "it was held for too long, and others can see it again: run the command again"
                ) from error

    def delete(self, call: UndeliveredCall) -> None:
        """Delete a message for good."""
        held = self._held[call.identifier]
        with asking("sqs:DeleteMessage", held.url):
            self._sqs.delete_message(QueueUrl=held.url, ReceiptHandle=held.receipt)
        del self._held[call.identifier]

    def drop(self, call: UndeliveredCall) -> None:
        """Delete a message for good, if it is still held."""
        self.keep(call)
        self.delete(call)

    def _receive(self, queue: str, url: str) -> dict[str, UndeliveredCall]:
        with asking("sqs:ReceiveMessage", url):
            answer: Mapping[str, Any] = self._sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=BATCH,
                VisibilityTimeout=HOLD_SECONDS,
                WaitTimeSeconds=_POLL_SECONDS,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["SentTimestamp", "SenderId"],
            )
        messages = answer.get("Messages", [])
        self._held.update({message["MessageId"]: _Held(url, message["ReceiptHandle"]) for message in messages})
        return {message["MessageId"]: read_undelivered_call(queue, message, self._stack) for message in messages}

    def _put_back(self, url: str, receipts: list[str]) -> None:
        """Make messages visible again; if that fails, they reappear by themselves."""
        entries = [
            {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
            for number, receipt in enumerate(receipts)
        ]
        with suppress(AwsError), asking("sqs:ChangeMessageVisibility", url):
            self._sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
