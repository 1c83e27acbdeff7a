"""The double of CloudWatch's alarms."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

SINCE = datetime(2026, 11, 23, 9, tzinfo=UTC)


class CloudWatch:
    """Alarms with their states, in pages of `page`."""

    def __init__(self) -> None:
        self.alarms: dict[str, dict[str, Any]] = {}
        self.denied = False
        self.page = 100

    def add(self, name: str, description: str, state: str = "ALARM", since: datetime = SINCE) -> None:
        self.alarms[name] = {
            "AlarmName": name,
            "AlarmDescription": description,
            "StateValue": state,
            "StateUpdatedTimestamp": since,
        }

    def describe_alarms(
        self,
        *,
        AlarmNamePrefix: str,  # noqa: N803
        StateValue: str,  # noqa: N803
        AlarmTypes: list[str],  # noqa: N803
        MaxRecords: int,  # noqa: N803
        NextToken: str = "",  # noqa: N803
    ) -> dict[str, Any]:
        assert AlarmTypes == ["MetricAlarm"]
        if self.denied:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeAlarms")
        found = [
            alarm
            for name, alarm in sorted(self.alarms.items())
            if name >= NextToken and name.startswith(AlarmNamePrefix) and alarm["StateValue"] == StateValue
        ]
        size = min(self.page, MaxRecords)
        rest = {"NextToken": found[size]["AlarmName"]} if len(found) > size else {}
        return {"MetricAlarms": found[:size], **rest}
