"""Messages as each part of a stack writes them."""

from __future__ import annotations

import json
from typing import Any

from tests.schedule_catalog.operations.aws import FUNCTION, MANIFEST, NAMES, Clients, arn, request

TIME = "2026-11-22T09:00:00Z"
UNDELIVERED, DEAD = MANIFEST.undelivered_queue_url, MANIFEST.scheduler_dlq_url
GROUPS = {NAMES.catalog_group: "catalog", NAMES.adhoc_group: "adhoc"}


def event(name: str = "nightly", group: str = NAMES.catalog_group, **members: Any) -> dict[str, Any]:
    text = request(name, **{"owner": "billing", **members})
    filled = text.replace("<aws.scheduler.schedule-arn>", arn(name, group))
    return json.loads(filled.replace("<aws.scheduler.scheduled-time>", TIME))


def by_proxy(aws: Clients, identifier: str, name: str = "nightly", **attributes: str) -> None:
    found = {
        "REASON": "http-500",
        "MESSAGE": "the target answered 500",
        "STATUS": "500",
        "RUN_KEY": "v1.abc",
        "ORIGIN": "catalog",
        "ATTEMPTS": "5",
        "SCHEDULE_ARN": arn(name),
        "SCHEDULED_TIME": TIME,
        "UNDELIVERED_AT": "2026-11-22T10:00:00.000Z",
        "OWNER": "billing",
        **attributes,
    }
    aws.sqs.add(UNDELIVERED, identifier, json.dumps(event(name)), found, sent=1_795_341_600_000)


def by_scheduler(aws: Clients, identifier: str, group: str = NAMES.catalog_group, **attributes: str) -> None:
    found = {
        "ERROR_CODE": "AWS.Scheduler.InternalServerError",
        "ERROR_MESSAGE": "oh",
        "EXECUTION_ID": "d32c5kddcf5bb8c3",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": "10",
        "SCHEDULED_TIME": TIME,
        "SCHEDULE_ARN": arn("nightly", group),
        "TARGET_ARN": "arn:aws:scheduler:::aws-sdk:lambda:invoke",
        **attributes,
    }
    aws.sqs.add(DEAD, identifier, json.dumps(event(group=group)), found)


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


def by_redrive(aws: Clients, identifier: str) -> None:
    body = {
        "v": 1,
        "origin": "adhoc",
        "run_key": "v1.def",
        "attempt": 2,
        "due": 1_795_341_600,
        "hops": 1,
        "reason": "http-503",
        "event": event("shop-1", NAMES.adhoc_group),
    }
    aws.sqs.add(UNDELIVERED, identifier, json.dumps(body))
