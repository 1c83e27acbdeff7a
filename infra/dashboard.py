"""Dashboard of a stack."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from infra.conditions import OWN_METRICS
from infra.table_places import THROTTLED, table_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schedule_catalog.deployment.names import Names
    from schedule_catalog.settings import Settings

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
COLUMNS, HEIGHT, ACROSS = 24, 6, 3
_PERIOD_SECONDS = 300

Metric = list[Any]
"""Namespace, metric, names and values of dimensions, and at the end display options."""


@dataclass(frozen=True, slots=True)
class DashboardArgs:
    """Resources whose metrics are shown; `api_id` is known after the HTTP API exists."""

    names: Names
    settings: Settings
    api_id: pulumi.Input[str]


class Dashboard(pulumi.ComponentResource):
    """Dashboard: outcomes of calls first, then every part that they pass through."""

    def __init__(self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:Dashboard", name, None, opts)
        body = pulumi.Output.from_input(args.api_id).apply(
            lambda api_id: json.dumps(dashboard_body(args.names, args.settings, api_id))
        )
        aws.cloudwatch.Dashboard(
            f"{name}-board",
            dashboard_name=args.names.of("dashboard"),
            dashboard_body=body,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def dashboard_body(names: Names, settings: Settings, api_id: str) -> dict[str, Any]:
    """Return the dashboard in CloudWatch's format: three widgets a row, on a grid of 24 columns."""
    shown = _widgets(names, settings, api_id)
    width = COLUMNS // ACROSS
    return {
        "widgets": [
            {
                "type": "metric",
                "x": at % ACROSS * width,
                "y": at // ACROSS * HEIGHT,
                "width": width,
                "height": HEIGHT,
                "properties": {
                    "title": title,
                    "region": names.region,
                    "period": _PERIOD_SECONDS,
                    "view": "timeSeries",
                    "metrics": metrics,
                },
            }
            for at, (title, metrics) in enumerate(shown)
        ]
    }


def _widgets(names: Names, settings: Settings, api_id: str) -> Sequence[tuple[str, list[Metric]]]:
    return (
        ("Outcomes of calls", _calls(names, settings)),
        ("Undelivered, by owner", _by_owner("Failed", names, settings)),
        ("Delivered, by owner", _by_owner("Delivered", names, settings)),
        ("How long targets take (ms)", _percentiles("Latency", names, settings)),
        ("How late calls are delivered (s)", _percentiles("Lateness", names, settings)),
        ("Waiting messages", _queues(names)),
        ("The oldest retry (s)", [_oldest(names)]),
        ("EventBridge Scheduler: catalog", _scheduler(names.catalog_group)),
        ("EventBridge Scheduler: ad hoc", _scheduler(names.adhoc_group)),
        ("Proxy", _function(names.proxy)),
        ("Proxy: calls that wait for Lambda", _waiting(names.proxy)),
        ("Callback service", _function(names.callback)),
        ("Callback service: HTTP API", _api(api_id)),
        ("Callback service: latency (ms)", _latency(api_id)),
        ("Tables: throttled requests", _tables(names, settings)),
    )


def _own(metric: str, names: Names, settings: Settings, stat: str) -> Metric:
    return [OWN_METRICS, metric, "Project", names.project, "Stack", settings.stack, {"stat": stat}]


def _calls(names: Names, settings: Settings) -> list[Metric]:
    states = ("Delivered", "Failed", "Retried", "Skipped", "DuplicatesSuppressed")
    return [_own(state, names, settings, "Sum") for state in states]


def _by_owner(metric: str, names: Names, settings: Settings) -> list[Metric]:
    """Search for all owners, known by name or not."""
    of = f'Project="{names.project}" Stack="{settings.stack}"'
    search = f'{{{OWN_METRICS},Project,Stack,Owner}} MetricName="{metric}" {of}'
    return [[{"expression": f"SEARCH('{search}', 'Sum', {_PERIOD_SECONDS})", "id": "owners"}]]


def _percentiles(metric: str, names: Names, settings: Settings) -> list[Metric]:
    return [_own(metric, names, settings, stat) for stat in ("p50", "p90", "p99")]


def _queues(names: Names) -> list[Metric]:
    queues = {"undelivered": names.undelivered, "not passed on": names.scheduler_dlq, "retries": names.retry_queue}
    visible, shown = "ApproximateNumberOfMessagesVisible", {"stat": "Maximum"}
    return [
        *(["AWS/SQS", visible, "QueueName", queue, {**shown, "label": label}] for label, queue in queues.items()),
        [
            *("AWS/SQS", "ApproximateNumberOfMessagesDelayed", "QueueName", names.retry_queue),
            {**shown, "label": "retries that are not due"},
        ],
    ]


def _oldest(names: Names) -> Metric:
    return ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", names.retry_queue, {"stat": "Maximum"}]


def _scheduler(group: str) -> list[Metric]:
    metrics = ("InvocationAttemptCount", "TargetErrorCount", "InvocationThrottleCount", "InvocationDroppedCount")
    return [["AWS/Scheduler", metric, "ScheduleGroup", group, {"stat": "Sum"}] for metric in metrics]


def _function(name: str) -> list[Metric]:
    counts = ("Invocations", "Errors", "Throttles")
    return [
        *(["AWS/Lambda", metric, "FunctionName", name, {"stat": "Sum"}] for metric in counts),
        ["AWS/Lambda", "Duration", "FunctionName", name, {"stat": "p99", "yAxis": "right"}],
    ]


def _waiting(name: str) -> list[Metric]:
    return [
        ["AWS/Lambda", "AsyncEventsReceived", "FunctionName", name, {"stat": "Sum"}],
        ["AWS/Lambda", "AsyncEventsDropped", "FunctionName", name, {"stat": "Sum"}],
        ["AWS/Lambda", "AsyncEventAge", "FunctionName", name, {"stat": "Maximum", "yAxis": "right"}],
    ]


def _api(api_id: str) -> list[Metric]:
    return [["AWS/ApiGateway", metric, "ApiId", api_id, {"stat": "Sum"}] for metric in ("Count", "4xx", "5xx")]


def _latency(api_id: str) -> list[Metric]:
    return [["AWS/ApiGateway", "Latency", "ApiId", api_id, {"stat": stat}] for stat in ("p50", "p99")]


def _tables(names: Names, settings: Settings) -> list[Metric]:
    return [
        ["AWS/DynamoDB", metric, *chain(*place.dimensions.items()), {"stat": "Sum", "label": f"{place.name} {metric}"}]
        for place in table_places(names, settings)
        for metric in THROTTLED
    ]
