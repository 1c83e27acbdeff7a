"""Alarms of a stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from schedule_catalog.deployment.alarms import alarm_description

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.conditions import Condition
    from schedule_catalog.deployment.names import Names


@dataclass(frozen=True, slots=True)
class AlarmsArgs:
    """Conditions to watch; `topic` is the ARN of the default recipient."""

    names: Names
    conditions: Sequence[Condition]
    topic: str | None


class Alarms(pulumi.ComponentResource):
    """One alarm for each condition, with its meaning and its runbook.

    The same recipient gets its end. The names are specific to the stack: an equal one would silently
    replace another alarm (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html).
    """

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("schedule-catalog:index:Alarms", name, None, opts)
        for condition in args.conditions:
            topic = condition.topic or args.topic
            _alarm(args.names, condition, [topic] if topic else [], pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


def _alarm(names: Names, condition: Condition, told: list[str], opts: pulumi.ResourceOptions) -> None:
    percentile = condition.statistic.startswith("p")
    aws.cloudwatch.MetricAlarm(
        f"alarm-{condition.name}",
        name=names.of(condition.name),
        alarm_description=alarm_description(condition.means, condition.runbook),
        namespace=condition.namespace,
        metric_name=condition.metric,
        dimensions=condition.dimensions,
        statistic=None if percentile else condition.statistic,
        extended_statistic=condition.statistic if percentile else None,
        comparison_operator="LessThanThreshold" if condition.below else "GreaterThanThreshold",
        threshold=condition.threshold,
        period=condition.period_seconds,
        datapoints_to_alarm=condition.of,
        evaluation_periods=condition.within,
        treat_missing_data=_of_no_data(condition),
        alarm_actions=told,
        ok_actions=told,
        opts=opts,
    )


def _of_no_data(condition: Condition) -> str:
    """Treatment of missing data: no events are fine, except for a heartbeat or an idle queue."""
    if condition.below:
        return "breaching"
    return "ignore" if condition.held else "notBreaching"
