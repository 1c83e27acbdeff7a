"""Queues that the proxy writes: runs that wait for another attempt, and undelivered runs."""

from __future__ import annotations

import json
import re
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, cast

from proxy.aws import error_code
from proxy.errors import RefusedError, UnavailableError

if TYPE_CHECKING:
    from proxy.arrival import Arrival
    from proxy.aws import Aws
    from schedule_client.contract.ledger import RunRecord
    from schedule_client.contract.retry_message import RetryMessage
    from schedule_client.contract.undelivered import Undelivered

_RECORD_SECONDS = 5
# Ends of the codes with which SQS refuses a message for its characters or its length.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
_REFUSED = ("InvalidMessageContents", "InvalidParameterValue", "MessageTooLong")


class QueueError(UnavailableError):
    """The queue cannot accept a message now; only the caller of the function can repeat the run."""

    def __init__(self, message: str) -> None:
        super().__init__("queue", message)


class MessageRefusedError(RefusedError):
    """The queue never accepts the message, because of its content."""

    def __init__(self, code: str) -> None:
        super().__init__("queue-refused", f"the retry queue does not accept this run: {code}")


class Queues:
    """SQS, by the URLs of the two queues; every call may raise QueueError."""

    def __init__(self, retry_url: str, undelivered_url: str, aws: Aws) -> None:
        self._retry_url, self._undelivered_url, self._aws = retry_url, undelivered_url, aws

    def retry(self, message: RetryMessage, now: float) -> None:
        """Send `message` to the retry queue until it is due, or for SQS's longest delay if that is shorter.

        A message with a change for the ledger comes back soon at first, then less often. Raises MessageRefusedError.
        """
        from schedule_client.contract.retry_message import LONGEST_DELAY_SECONDS  # not for a first attempt

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
        """Send `event` to the undelivered queue; an event that no queue accepts is omitted; its reasons are kept."""
        known = {"QueueUrl": self._undelivered_url, "MessageAttributes": why.attributes()}
        try:
            self._send(**known, MessageBody=json.dumps(event, separators=(",", ":")))
        except (MessageRefusedError, ValueError, RecursionError):
            self._send(**known, MessageBody="null")

    def _send(self, **arguments: object) -> None:
        try:
            self._aws("sqs", "SendMessage", arguments)
        except Exception as error:
            code = error_code(error) or "no response"
            if code.endswith(_REFUSED):
                raise MessageRefusedError(code) from None
            raise QueueError(f"the queue does not accept messages: {code}") from None


def fair_group(origin: str, event: object) -> str:
    """The group in which SQS counts a message, so that a crowd of one origin's does not hold up those of others.

    It only serves fairness, since an event may name any service: the message has the origin of a run.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
    """
    service = cast("dict[str, object]", event).get("service") if isinstance(event, dict) else None
    known = isinstance(service, str) and _service().fullmatch(service)
    return f"{origin}/{service}" if known else origin


@cache
def _service() -> re.Pattern[str]:
    return re.compile(r"[a-z0-9-]{1,63}")


def undelivered_reason(record: RunRecord, arrival: Arrival) -> Undelivered:
    """Return the text for the message of an undelivered run."""
    from schedule_client.contract.undelivered import Undelivered  # not for a run that is delivered

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
