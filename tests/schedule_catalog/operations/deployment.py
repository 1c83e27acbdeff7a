"""Schedules as `pulumi up` makes them of the catalog's entries."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.schedule_catalog.operations.aws import ACCOUNT, NAMES, REGION, Clients

if TYPE_CHECKING:
    from schedule_catalog.deployment.arguments import ScheduleArguments


def deploy(aws: Clients, arguments: ScheduleArguments, **values: Any) -> None:
    dates = {"StartDate": arguments.start_date, "EndDate": arguments.end_date}
    window = arguments.flexible_window_minutes
    aws.scheduler.add(
        arguments.name,
        **{
            "ScheduleExpression": arguments.expression,
            "ScheduleExpressionTimezone": arguments.timezone,
            "State": arguments.state,
            "Description": arguments.description or "",
            "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": window} if window else {"Mode": "OFF"},
            **{key: datetime.fromisoformat(text) for key, text in dates.items() if text},
            "Target": {
                "Input": arguments.input,
                "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/{NAMES.catalog_role}",
                "RetryPolicy": {
                    "MaximumRetryAttempts": arguments.max_retries,
                    "MaximumEventAgeInSeconds": arguments.max_age_seconds,
                },
                "DeadLetterConfig": {"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{NAMES.scheduler_dlq}"},
            },
            **values,
        },
    )
