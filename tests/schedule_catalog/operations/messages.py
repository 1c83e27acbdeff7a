"""Messages as each part of a stack writes them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schedule_client.contract.retry_message import RetryMessage
from schedule_client.contract.undelivered import Undelivered
from tests.schedule_catalog.operations.aws import FUNCTION, MANIFEST, NAMES, Clients, arn, request

if TYPE_CHECKING:
    from schedule_client.contract.retry_message import Unrecorded

TIME = "2026-11-22T09:00:00Z"
UNDELIVERED, DEAD = MANIFEST.undelivered_queue_url, MANIFEST.scheduler_dlq_url


def event(name: str = "nightly", group: str = NAMES.catalog_group, time: str = TIME, **members: Any) -> dict[str, Any]:
    text = request(name, **{"owner": "billing", **members})
    filled = text.replace("<aws.scheduler.schedule-arn>", arn(name, group))
    return json.loads(filled.replace("<aws.scheduler.scheduled-time>", time))


def by(origin: str) -> str:
    """SQS's SenderId of a session of an origin's execution role."""
    return f"{MANIFEST.senders.get(origin, 'AROANOBODY')}:scheduler"


def by_proxy(aws: Clients, identifier: str, name: str = "nightly", **members: Any) -> None:
    found = {
        "reason": "http-500",
        "message": "the target answered 500",
        "status": "500",
        "run_key": "v1.abc",
        "origin": "catalog",
        "attempts": "5",
        "schedule_arn": arn(name),
        "scheduled_time": TIME,
        "undelivered_at": "2026-11-22T10:00:00.000Z",
        "owner": "billing",
        **members,
    }
    attributes = {key: value["StringValue"] for key, value in Undelivered(**found).attributes().items()}
    sent = int(datetime.fromisoformat(found["undelivered_at"]).timestamp() * 1000)
    aws.sqs.add(UNDELIVERED, identifier, json.dumps(event(name, time=found["scheduled_time"])), attributes, sent)


def by_scheduler(
    aws: Clients,
    identifier: str,
    group: str = NAMES.catalog_group,
    name: str = "nightly",
    sent: int = 1_795_338_000_000,
    sender: str = "",
    **attributes: str,
) -> None:
    """A message of EventBridge Scheduler, by default sent with the execution role of the group."""
    role = "catalog" if group == NAMES.catalog_group else "adhoc"
    found = {
        "ERROR_CODE": "AWS.Scheduler.InternalServerError",
        "ERROR_MESSAGE": "oh",
        "EXECUTION_ID": "d32c5kddcf5bb8c3",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": "10",
        "SCHEDULED_TIME": TIME,
        "SCHEDULE_ARN": arn(name, group),
        "TARGET_ARN": "arn:aws:scheduler:::aws-sdk:lambda:invoke",
        **attributes,
    }
    aws.sqs.add(
        DEAD, identifier, json.dumps(event(name, group, found["SCHEDULED_TIME"])), found, sent, sender or by(role)
    )


def by_lambda(aws: Clients, identifier: str, function: str = f"{FUNCTION}:catalog", **members: Any) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html, its sample."""
    record = {
        "version": "1.0",
        "timestamp": "2026-11-22T09:03:00.000Z",
        "requestContext": {
            "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
            "functionArn": function,
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": event(**members),
        "responseContext": {"statusCode": 200, "executedVersion": "7", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "Task timed out after 60.00 seconds", "errorType": "Sandbox.Timedout"},
    }
    aws.sqs.add(UNDELIVERED, identifier, json.dumps(record))


def by_redrive(aws: Clients, identifier: str, unrecorded: Unrecorded | None = None) -> None:
    message = RetryMessage(
        origin="adhoc",
        request_id="e4b46cbf",
        attempt=3,
        due=1_795_341_600,
        hops=1,
        since=1_795_341_000,
        reason="http-503",
        event=event("shop-1", NAMES.adhoc_group),
        unrecorded=unrecorded,
    )
    aws.sqs.add(UNDELIVERED, identifier, message.to_json())
