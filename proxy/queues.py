"""The two queues that the proxy fills: what waits for another attempt, and what was given up."""

from __future__ import annotations

import json
import re
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, cast

from proxy.aws import error_code
from proxy.errors import RefusedError, UnavailableError
from schedule_client.contract.retry_message import LONGEST_DELAY_SECONDS
from schedule_client.contract.undelivered import Undelivered

if TYPE_CHECKING:
    from proxy.arrival import Arrival
    from proxy.aws import Aws
    from schedule_client.contract import RetryMessage, RunRecord

_RECORD_SECONDS = 5
# How the codes end with which SQS refuses a message for its characters or its length.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
_REFUSED = ("InvalidMessageContents", "InvalidParameterValue", "MessageTooLong")


class QueueError(UnavailableError):
    """A queue that takes no message now; nobody but who invoked the function can see to the run."""

    def __init__(self, message: str) -> None:
        super().__init__("queue", message)


class MessageRefusedError(RefusedError):
    """A message that the queue never takes, for what is in it."""

    def __init__(self, code: str) -> None:
        super().__init__("queue-refused", f"the retry queue does not take this run: {code}")


class Queues:
    """SQS, by the URLs of the two queues; every call may raise QueueError."""

    def __init__(self, retry_url: str, undelivered_url: str, aws: Aws) -> None:
        self._retry_url, self._undelivered_url, self._aws = retry_url, undelivered_url, aws

    def retry(self, message: RetryMessage, now: float) -> None:
        """Have `message` come back when it is due, or sooner where that is further off than SQS can wait.

        One with something for the ledger comes back soon, and then less and less soon. Raises MessageRefusedError.
        """
        wait = max(0, ceil(message.due - now))
        if message.unrecorded is not None:
            wait = min(wait, _RECORD_SECONDS) if message.hops <= 1 else _RECORD_SECONDS * 2 ** min(message.hops, 16)
        wait = min(wait, LONGEST_DELAY_SECONDS)
        self._send(
            QueueUrl=self._retry_url,
            MessageBody=message.to_json(),
            DelaySeconds=wait,
            MessageGroupId=fair_group(message.origin, message.event),
        )

    def undelivered(self, event: object, why: Undelivered) -> None:
        """Keep `event` for a person to look at; one that no queue takes is left out, and its reasons are kept."""
        known = {"QueueUrl": self._undelivered_url, "MessageAttributes": why.attributes()}
        try:
            self._send(**known, MessageBody=json.dumps(event, separators=(",", ":")))
        except (MessageRefusedError, ValueError, RecursionError):
            self._send(**known, MessageBody="null")

    def _send(self, **arguments: object) -> None:
        try:
            self._aws("sqs", "SendMessage", arguments)
        except Exception as error:
            code = error_code(error) or "no answer"
            if code.endswith(_REFUSED):
                raise MessageRefusedError(code) from None
            raise QueueError(f"the queue takes no message: {code}") from None


def fair_group(origin: str, event: object) -> str:
    """The group in which SQS counts a message, so that a crowd of one origin's does not hold up those of others.

    It is for fairness only, since an event names any service: whose a run is, the message says.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
    """
    service = cast("dict[str, object]", event).get("service") if isinstance(event, dict) else None
    known = isinstance(service, str) and _service().fullmatch(service)
    return f"{origin}/{service}" if known else origin


@cache
def _service() -> re.Pattern[str]:
    return re.compile(r"[a-z0-9-]{1,63}")


def undelivered_reason(record: RunRecord, arrival: Arrival) -> Undelivered:
    """What the message of an undelivered run says."""
    schedule = arrival.run.schedule
    return Undelivered(
        reason=record.reason or "unknown",
        message=record.message or "",
        origin=arrival.run.origin,
        attempts=str(record.attempt),
        undelivered_at=record.updated,
        run_key=record.run_key,
        status=str(record.status) if record.status else None,
        schedule_arn=schedule.arn if schedule else None,
        scheduled_time=schedule.time if schedule else None,
        owner=record.owner,
    )
