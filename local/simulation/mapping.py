"""An event source mapping in simulated time: it reads a queue of SQS and invokes a function with each message."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from local.simulation.functions import FunctionError, Run

if TYPE_CHECKING:
    from local.simulation.sqs import Sqs


class Mapping:
    """Batches of one message, ReportBatchItemFailures, at most `concurrency` of them at a time.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """

    def __init__(self, run: Run, queues: Sqs, url: str, function: str, concurrency: int = 50) -> None:
        self._run, self._queues = run, queues
        self._url, self._function = url, function
        self._free, self._owed = concurrency, 0
        self._numbers = count(1)

    def poll(self) -> None:
        """Receive a message, if there is one, and invoke; to be called whenever one comes in sight."""
        self._owed += 1
        while self._owed and self._free:
            self._owed -= 1
            for message in self._queues.receive_message(QueueUrl=self._url).get("Messages", ()):
                self._free -= 1
                try:
                    self._work(message)
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
