from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pulumi
import pytest

from infra.catalog_schedules import AT_ONCE, CatalogSchedule, CatalogSchedules, CatalogSchedulesArgs
from schedule_catalog.deployment.arguments import ScheduleArguments
from schedule_client.contract.event import build_event, input_text
from schedule_client.contract.request import Auth, Request, Retry
from schedule_client.contract.series import Series
from tests.infra.sample import sample_stack
from tests.pulumi_harness import run_program

if TYPE_CHECKING:
    from tests.pulumi_harness import Resource

SCHEDULES = sample_stack().of_type("aws:scheduler/schedule:Schedule")
EACH = pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=list(SCHEDULES))


def test_each_open_entry_of_the_stack_is_a_schedule():
    assert set(SCHEDULES) == {"close-invoices", "poll-payments", "launch-campaign", "due-just-now"}


def test_a_finished_entry_is_left_out_and_counted():
    assert "launched-last-year" not in SCHEDULES
    assert sample_stack().outputs["schedules"] == {"deployed": 4, "finished": 1}


@EACH
def test_a_schedule_is_called_what_its_entry_is_called(schedule: Resource):
    assert schedule.inputs["name"] == schedule.name
    assert schedule.inputs["groupName"] == "schedule-catalog-dev-eu-west-1-catalog"


@EACH
def test_a_schedule_that_is_replaced_is_deleted_first(schedule: Resource):
    assert schedule.delete_before_replace


@EACH
def test_a_schedule_stays_when_it_is_done(schedule: Resource):
    assert schedule.inputs["actionAfterCompletion"] == "NONE"


@EACH
def test_what_scheduler_cannot_hand_over_is_tried_briefly_and_then_kept(schedule: Resource):
    target = schedule.inputs["target"]

    assert target["retryPolicy"] == {"maximumRetryAttempts": 3, "maximumEventAgeInSeconds": 300}
    assert target["deadLetterConfig"] == {
        "arn": "arn:aws:sqs:eu-west-1:123456789012:schedule-catalog-dev-eu-west-1-scheduler-dlq"
    }


@EACH
def test_a_schedule_waits_for_the_permissions_that_it_fires_with(schedule: Resource):
    assert "catalog-execution-policy" in schedule.depends_on


@EACH
def test_a_schedule_carries_the_place_of_its_declaration_alone(schedule: Resource):
    assert [file.rpartition("/")[2] for file in schedule.stack_trace] == ["catalog_schedules.py"]


@EACH
def test_a_schedule_invokes_the_alias_of_the_catalog_with_the_role_of_the_catalog(schedule: Resource):
    target = schedule.inputs["target"]

    assert target["arn"].endswith(":function:schedule-catalog-dev-eu-west-1-proxy:catalog")
    assert target["roleArn"] == "arn:aws:iam::123456789012:role/schedule-catalog-dev-eu-west-1-catalog-role"


def test_the_input_is_the_text_of_the_one_builder_of_requests():
    request = Request(
        service="billing",
        path="/api/v1/invoices/close",
        headers={"X-Reason": "a < b & c"},
        body={"mode": "nightly", "note": "für <alle>", "day": "<aws.scheduler.scheduled-time>"},
        auth=Auth("bearer", "billing-token"),
        retry=Retry(max_age_minutes=60),
        owner="billing",
        flexible_window_minutes=15,
    )

    event = build_event(request, "close-invoices", series=Series())
    assert SCHEDULES["close-invoices"].inputs["target"]["input"] == input_text(event)


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_only_a_one_time_entry_whose_time_has_passed_is_left_as_it_is(name: str):
    frozen = set(SCHEDULES[name].ignore_changes)
    computed = set(SCHEDULES[name].inputs) - {"name", "groupName", "actionAfterCompletion"}

    assert computed <= frozen if name == "due-just-now" else not frozen


def arguments(number: int) -> ScheduleArguments:
    name, rate = f"job-{number}", "rate(5 minutes)"
    return ScheduleArguments(name, rate, "UTC", None, None, "ENABLED", None, None, "{}", 3, 300)


def alive() -> int:
    gc.collect()
    return sum(isinstance(each, CatalogSchedule) for each in gc.get_objects())


def test_however_many_schedules_there_are_each_is_registered_and_then_let_go():
    count, found = AT_ONCE + 40, list[int]()

    def program() -> None:
        given = [arguments(number) for number in range(count)]
        args = CatalogSchedulesArgs(given, "group", "alias", "role", "queue")
        schedules = CatalogSchedules("schedules", args)

        async def register() -> None:
            await schedules.register()
            found.append(alive())

        pulumi.run(register)

    deployment = run_program({}, program=program)

    assert len(deployment.of_type("aws:scheduler/schedule:Schedule")) == count
    assert deployment.component_outputs["schedules"] == {"count": count}
    assert found[0] <= AT_ONCE // 8
