from __future__ import annotations

from datetime import timedelta

from schedule_catalog.deployment.alarms import alarm_description
from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import Alarm
from schedule_catalog.operations.alarms import alarms_on
from tests.schedule_catalog.operations.aws import NAMES, NOW, Clients, refusal


def test_the_alarms_that_are_on_are_listed_the_latest_first_with_meaning_and_runbook() -> None:
    aws = Clients()
    aws.cloudwatch.add(NAMES.of("catalog-lost"), alarm_description("a call is lost", "lost"), since=NOW)
    aws.cloudwatch.add(NAMES.of("failed-web"), alarm_description("calls of web fail", "failed"), "OK")
    since = NOW + timedelta(minutes=1)
    aws.cloudwatch.add(NAMES.of("undelivered"), "calls wait", since=since)

    assert alarms_on(aws, NAMES) == (
        Alarm("undelivered", since, "calls wait", None),
        Alarm("catalog-lost", NOW, "a call is lost", "lost"),
    )


def test_alarms_of_other_stacks_are_left_out_on_every_page() -> None:
    aws = Clients()
    aws.cloudwatch.page = 1
    for stack in ("prod", "prod-2", "test"):
        aws.cloudwatch.add(Names("shop", stack, NAMES.region).of("failed"), f"of {stack}")
    aws.cloudwatch.add("shop-own", "of somebody else")

    found = alarms_on(aws, NAMES)

    assert found is not None
    assert [alarm.means for alarm in found] == ["of prod"]


def test_a_stack_with_a_long_name_finds_its_alarms() -> None:
    names = Names("a-project-with-quite-a-long-name", "production", "ap-northeast-2")
    aws = Clients()
    aws.cloudwatch.add(names.of("callback-throttled"), "x")

    found = alarms_on(aws, names)

    assert found is not None
    assert [alarm.name for alarm in found] == ["callback-throttled"]


def test_alarms_that_cannot_be_read_are_unknown_and_hide_nothing_else() -> None:
    aws = Clients()
    aws.cloudwatch.denied = True
    assert alarms_on(aws, NAMES) is None

    def break_down(**_: object) -> dict[str, object]:
        raise refusal("InternalServiceFault", "DescribeAlarms")

    aws.cloudwatch.describe_alarms = break_down  # pyright: ignore[reportAttributeAccessIssue]
    assert alarms_on(aws, NAMES) is None
