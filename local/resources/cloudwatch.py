"""CloudWatch: alarms and dashboards."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING, Any

from local.resources.resource_type import Inputs, Outputs, ResourceType, pascal, tag_list
from local.resources.tags import Tagging

if TYPE_CHECKING:
    from local.clients import Clients

_SAME = (
    *("alarmDescription", "metricName", "namespace", "statistic", "extendedStatistic", "period", "threshold"),
    *("evaluationPeriods", "datapointsToAlarm", "comparisonOperator", "treatMissingData", "alarmActions"),
    *("actionsEnabled", "insufficientDataActions", "unit"),
)


class MetricAlarmType(ResourceType):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html."""

    type = "aws:cloudwatch/metricAlarm:MetricAlarm"
    left_out = "no alarm watches a metric of AWS or of a log line"
    replace_on = frozenset({"name"})
    tagging = Tagging(
        service="cloudwatch",
        key="ResourceARN",
        listed=lambda client, arn: client.list_tags_for_resource(ResourceARN=arn).get("Tags"),
    )

    def create(self, aws: Clients, inputs: Inputs) -> str:
        aws.client("cloudwatch").put_metric_alarm(**_alarm(inputs), Tags=tag_list(inputs))
        return inputs["name"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        found = aws.client("cloudwatch").describe_alarms(AlarmNames=[identity])["MetricAlarms"]
        return {"arn": found[0]["AlarmArn"]} if found else None

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        aws.client("cloudwatch").put_metric_alarm(**_alarm(inputs))

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("cloudwatch").delete_alarms(AlarmNames=[identity])


def _alarm(inputs: Inputs) -> dict[str, Any]:
    dimensions: dict[str, str] = inputs.get("dimensions") or {}
    return {
        "AlarmName": inputs["name"],
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        "OKActions": inputs.get("okActions") or [],
        **pascal(inputs, *_SAME),
    }


class DashboardType(ResourceType):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html."""

    type = "aws:cloudwatch/dashboard:Dashboard"
    left_out = "there are no dashboards"
    name_key = "dashboardName"
    replace_on = frozenset({"dashboardName"})

    def create(self, aws: Clients, inputs: Inputs) -> str:
        aws.client("cloudwatch").put_dashboard(
            DashboardName=inputs["dashboardName"], DashboardBody=inputs["dashboardBody"]
        )
        return inputs["dashboardName"]

    def read(self, aws: Clients, identity: str, inputs: Inputs) -> Outputs | None:
        return {"dashboardArn": aws.client("cloudwatch").get_dashboard(DashboardName=identity)["DashboardArn"]}

    def update(self, aws: Clients, identity: str, inputs: Inputs, changed: Set[str]) -> None:
        self.create(aws, inputs)

    def delete(self, aws: Clients, identity: str, inputs: Inputs) -> None:
        aws.client("cloudwatch").delete_dashboards(DashboardNames=[identity])
