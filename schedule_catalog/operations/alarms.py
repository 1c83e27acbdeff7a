"""Alarms of a stack that are on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from schedule_catalog.deployment.alarms import read_description
from schedule_catalog.operations.errors import AwsError
from schedule_catalog.operations.translation import asking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_catalog.deployment.names import Names
    from schedule_catalog.operations.access import ServiceClients

_PAGE = 100
# The start of a long name is cut at a place that depends on its end, but never as early as this.
_CERTAIN = 8


@dataclass(frozen=True, slots=True)
class Alarm:
    """Alarm that is on.

    name: the end of its name, without the stack's.
    since: UTC.
    runbook: its heading in docs/alarms.md; None for one that does not name it.
    """

    name: str
    since: datetime
    means: str
    runbook: str | None


def alarms_on(clients: ServiceClients, names: Names) -> tuple[Alarm, ...] | None:
    """Return the alarms of a stack that are on, the latest first; None if they cannot be read.

    The board is more than its alarms: without the permission, or while CloudWatch fails, the rest is still shown.
    """
    try:
        found = [_alarm(each, thing) for each in _in_alarm(clients, names) if (thing := names.thing(each["AlarmName"]))]
    except AwsError:
        return None
    return tuple(sorted(found, key=lambda alarm: alarm.since, reverse=True))


def _in_alarm(clients: ServiceClients, names: Names) -> Iterator[dict[str, Any]]:
    cloudwatch = clients.client("cloudwatch")
    prefix = re.sub(r"[^A-Za-z0-9_-]", "-", names.project)[:_CERTAIN]
    token: dict[str, str] = {}
    while True:
        with asking("cloudwatch:DescribeAlarms", f"{prefix}*"):
            page: dict[str, Any] = cloudwatch.describe_alarms(
                AlarmNamePrefix=prefix, StateValue="ALARM", AlarmTypes=["MetricAlarm"], MaxRecords=_PAGE, **token
            )
        yield from page["MetricAlarms"]
        if "NextToken" not in page:
            return
        token = {"NextToken": page["NextToken"]}


def _alarm(described: dict[str, Any], thing: str) -> Alarm:
    means, runbook = read_description(described.get("AlarmDescription", ""))
    since: datetime = described.get("StateTransitionedTimestamp") or described["StateUpdatedTimestamp"]
    return Alarm(thing, since.astimezone(UTC), means, runbook)
