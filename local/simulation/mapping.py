"""An event source mapping in simulated time: it reads a queue of SQS and invokes a function with each message."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from local.simulation.functions import FunctionError, Run

if TYPE_CHECKING:
    from local.simulation.clock import Clock
    from local.simulation.sqs import Sqs


class Mapping:
    """Batches of one message, ReportBatchItemFailures, at most `concurrency` of them at a time.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """

    def __init__(self, clock: Clock, run: Run, queues: Sqs, url: str, function: str, concurrency: int = 50) -> None:
        self._clock, self._run, self._queues = clock, run, queues
        self._url, self._function = url, function
        self._free = concurrency
        self._numbers = count(1)
        queues.watch(url, lambda seconds: clock.at(seconds, self._poll))

    def _poll(self) -> None:
        while self._free and (received := self._queues.receive_message(QueueUrl=self._url).get("Messages")):
            self._free -= 1
            try:
                self._work(received[0])
            finally:
                self._free += 1

    def _work(self, message: dict[str, Any]) -> None:
        record = {"messageId": message["MessageId"], "body": message["Body"], "eventSource": "aws:sqs"}
        try:
            answer = self._run({"Records": [record]}, self._function, f"batch-{next(self._numbers)}")
        except FunctionError:
            return
        if not answer["batchItemFailures"]:
            self._queues.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
