from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from schedule_catalog.deployment.arguments import schedule_arguments
from schedule_catalog.operations import StackStatus, stack_status, take_inventory
from schedule_catalog.settings import Settings, parse_settings
from tests.catalog_texts import checked
from tests.schedule_catalog.operations.aws import MANIFEST, NAMES, NOW, Clients
from tests.schedule_catalog.operations.deployment import deploy
from tests.schedule_catalog.operations.messages import by_proxy

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

CATALOG = """
owner: billing
defaults: {service: callback}
schedules:
  nightly:
    cron: "0 9 * * ? *"
    timezone: Asia/Seoul
    description: Close the day
    request: {path: /close, body: {mode: nightly, n: 1, deep: {a: [1, 2]}}}
  bounded:
    rate: 2 hours
    start: 2026-11-01T00:00
    end: 2027-01-01T00:00
    flexible_window_minutes: 5
    enabled: false
    request: {path: /bounded}
  once:
    at: 2026-12-01T09:00
    request: {path: /once}
"""


def settings() -> Settings:
    return parse_settings("prod", {})


def entries(text: str = CATALOG) -> tuple[Entry, ...]:
    catalog = checked(text, stack="prod", now=NOW)
    assert not catalog.errors
    return catalog.entries


def deployed(**changed: dict[str, Any]) -> Clients:
    """The catalog, deployed, and then some schedules changed."""
    aws = Clients()
    for entry in entries():
        arguments = schedule_arguments(entry, NOW, settings())
        assert arguments is not None
        deploy(aws, arguments)
    for name, values in changed.items():
        aws.scheduler.schedules[NAMES.catalog_group, name].update(values)
    return aws


def status(aws: Clients, now: datetime = NOW) -> StackStatus:
    return stack_status(aws.stack, take_inventory(aws.stack, entries(), settings(), now), settings(), NAMES)


def target(aws: Clients, **values: Any) -> dict[str, Any]:
    return {"Target": {**aws.scheduler.schedules[NAMES.catalog_group, "nightly"]["Target"], **values}}


def test_what_was_just_deployed_has_no_drift() -> None:
    found = status(deployed())

    assert (found.drifted, found.matching, found.disabled) == (False, 3, ("bounded",))


@pytest.mark.parametrize(
    ("values", "difference"),
    [
        ({"ScheduleExpression": "cron(0 10 * * ? *)"}, ("expression", "cron(0 9 * * ? *)", "cron(0 10 * * ? *)")),
        ({"ScheduleExpressionTimezone": "UTC"}, ("timezone", "Asia/Seoul", "UTC")),
        ({"State": "DISABLED"}, ("state", "ENABLED", "DISABLED")),
        ({"Description": ""}, ("description", "Close the day", "(none)")),
        (
            {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 9}},
            ("flexible_window_minutes", "(none)", "9"),
        ),
        ({"EndDate": datetime(2027, 1, 1, tzinfo=UTC)}, ("end", "(none)", "2027-01-01T00:00:00Z")),
        ({"ActionAfterCompletion": "DELETE"}, ("after_completion", "NONE", "DELETE")),
    ],
)
def test_what_was_changed_by_hand_is_told_with_both_values(
    values: dict[str, Any], difference: tuple[str, str, str]
) -> None:
    found = status(deployed(nightly=values))

    (changed,) = found.changed
    ((one),) = changed.differences
    assert (changed.name, (one.field, one.wanted, one.found)) == ("nightly", difference)
    assert found.drifted


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"Arn": "arn:aws:lambda:::function:other"}, "target"),
        ({"RoleArn": "arn:aws:iam::1:role/other"}, "role"),
        ({"RetryPolicy": {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 900}}, "scheduler max_retries"),
        ({"DeadLetterConfig": {}}, "dead-letter queue"),
        ({"Input": "{}"}, "request.v"),
        ({"Input": "no JSON"}, "request"),
    ],
)
def test_a_change_of_the_target_is_told(values: dict[str, Any], field: str) -> None:
    aws = deployed()
    aws.scheduler.schedules[NAMES.catalog_group, "nightly"].update(target(aws, **values))

    (changed,) = status(aws).changed
    assert changed.differences[0].field == field


def test_a_change_of_the_request_names_the_member() -> None:
    aws = deployed()
    text = aws.scheduler.schedules[NAMES.catalog_group, "nightly"]["Target"]["Input"]
    edited = text.replace('"mode":"nightly"', '"mode":"daily"').replace('"n":1', '"n":true').replace("[1,2]", "[1,2,3]")
    aws.scheduler.schedules[NAMES.catalog_group, "nightly"].update(target(aws, Input=edited))

    (changed,) = status(aws).changed
    assert [(each.field, each.wanted, each.found) for each in changed.differences] == [
        ("request.body.mode", "nightly", "daily"),
        ("request.body.n", "1", "true"),
        ("request.body.deep.a", "[1, 2]", "[1, 2, 3]"),
    ]


def test_missing_and_extra_ones_are_named() -> None:
    aws = deployed()
    del aws.scheduler.schedules[NAMES.catalog_group, "nightly"]
    aws.scheduler.add("by-hand")
    aws.scheduler.add("an-applications", NAMES.adhoc_group)

    found = status(aws)

    assert (found.missing, found.extra, found.matching, found.drifted) == (("nightly",), ("by-hand",), 2, True)


def test_a_finished_one_is_apart_and_no_drift() -> None:
    found = status(deployed(), now=datetime(2026, 12, 1, 12, tzinfo=UTC))

    assert (found.finished, found.extra, found.drifted) == (("once",), (), False)


def test_a_one_time_schedule_whose_time_has_come_is_left_as_it_is() -> None:
    aws = deployed(once={"Description": "edited by hand"})

    assert status(aws).drifted
    assert not status(aws, now=datetime(2026, 12, 1, 9, 30, tzinfo=UTC)).drifted


def test_a_start_that_has_passed_is_no_difference_and_one_to_come_is() -> None:
    assert not status(deployed(bounded={"StartDate": datetime(2026, 11, 1, tzinfo=UTC)})).drifted

    early = datetime(2026, 10, 1, tzinfo=UTC)
    aws = Clients()
    for entry in entries():
        arguments = schedule_arguments(entry, early, settings())
        assert arguments is not None
        deploy(aws, arguments)
    aws.scheduler.schedules[NAMES.catalog_group, "bounded"]["StartDate"] = datetime(2026, 11, 2, tzinfo=UTC)
    assert [change.name for change in status(aws, now=early).changed] == ["bounded"]


def test_the_depth_of_each_queue_is_told() -> None:
    aws = deployed()
    for name in ("a", "b", "c"):
        by_proxy(aws, name)
    aws.sqs.receive_message(QueueUrl=MANIFEST.undelivered_queue_url, MaxNumberOfMessages=1, VisibilityTimeout=9)

    depths = {depth.queue: (depth.waiting, depth.held, depth.delayed) for depth in status(aws).queues}

    assert depths == {"retry": (0, 0, 0), "undelivered": (2, 1, 0), "scheduler-dlq": (0, 0, 0)}
