from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callback_api.schedules import AwsSchedules, NoSchedules, SchedulingError, schedule_key
from callback_api.task import Task
from tests.schedule_client.aws import NOW, SETTINGS, Application, answer

PATH = "/shop/api/v1/tasks/callback"
TASK = Task(
    id="4dd8b1b6-21b0-4d0f-9a0c-5a3f4c2a9d10",
    user_id="ada",
    name="record",
    scheduled_at=NOW + timedelta(minutes=30),
    created_at=NOW,
    updated_at=NOW,
)


def test_a_schedule_calls_the_callback_route_of_the_service_with_the_task_alone() -> None:
    application = Application()

    arn = AwsSchedules(application.client, "tasks", 45).schedule(TASK, PATH, NOW)

    ((name, made),) = application.aws.schedules.items()
    event = json.loads(made["Target"]["Input"])
    assert arn.endswith(f"/{name}")
    assert made["ScheduleExpression"] == "at(2027-01-05T08:31:00)"
    assert (event["service"], event["path"]) == ("tasks", PATH)
    assert event["body"] == {"task_id": TASK.id, "scheduled_at": "2027-01-05T08:30:12.000Z"}
    assert event["retry"] == {"max_age_minutes": 45}
    assert event["key"] == schedule_key(TASK)


def test_scheduling_again_finds_the_schedule_even_after_its_time() -> None:
    application = Application()
    schedules = AwsSchedules(application.client, "tasks", 45)
    arn = schedules.schedule(TASK, PATH, NOW)
    application.clock.now += timedelta(hours=1)

    assert schedules.schedule(TASK, PATH, application.clock.now) == arn
    assert AwsSchedules(application.client, "renamed", 45).schedule(TASK, PATH, application.clock.now) == arn
    assert len(application.aws.schedules) == 1


def test_a_time_that_passed_in_the_outbox_becomes_the_next_minute() -> None:
    application = Application()
    application.clock.now += timedelta(hours=1)

    AwsSchedules(application.client, "tasks", 45).schedule(TASK, PATH, application.clock.now)

    (made,) = application.aws.schedules.values()
    assert made["ScheduleExpression"] == "at(2027-01-05T09:02:00)"


def test_a_task_that_is_scheduled_for_another_time_has_another_key() -> None:
    assert schedule_key(TASK) != schedule_key(replace(TASK, scheduled_at=NOW))
    assert schedule_key(TASK) == schedule_key(replace(TASK, attempts=3, updated_at=datetime.now(UTC)))


@pytest.mark.parametrize("noted", [True, False])
def test_a_schedule_is_removed_whether_its_arn_was_noted_or_not(noted: bool) -> None:
    application = Application()
    schedules = AwsSchedules(application.client, "tasks", 45)
    arn = schedules.schedule(TASK, PATH, NOW)

    schedules.cancel(replace(TASK, schedule_arn=arn if noted else None))
    schedules.cancel(TASK)

    assert application.aws.schedules == {}


def test_a_schedule_of_the_templates_group_is_left_to_its_call() -> None:
    arn = "arn:aws:scheduler:eu-central-1:123456789012:schedule/default/old"

    AwsSchedules(Application().client, "tasks", 45).cancel(replace(TASK, schedule_arn=arn))


def test_what_aws_refuses_is_told_in_words() -> None:
    application = Application()
    application.aws.failures = [answer("AccessDeniedException", "no", 403)] * 2
    schedules = AwsSchedules(application.client, "tasks", 45)

    with pytest.raises(SchedulingError, match="CreateSchedule"):
        schedules.schedule(TASK, PATH, NOW)
    with pytest.raises(SchedulingError, match="DeleteSchedule"):
        schedules.cancel(TASK)


def test_without_a_stack_an_outbox_record_waits_and_says_what_to_set() -> None:
    with pytest.raises(SchedulingError, match="set SCHEDULER_TARGET_ARN"):
        NoSchedules().schedule(TASK, PATH, NOW)
    NoSchedules().cancel(TASK)


def test_schedules_of_an_older_version_are_moved_until_none_is_left() -> None:
    """By the alias and the role that the service has now; their times, requests and keys stay."""
    application = Application()
    old = AwsSchedules(application.client, "tasks", 45)
    arns = [old.schedule(replace(TASK, id=f"task-{number}"), PATH, NOW) for number in range(5)]
    before = {name: dict(made) for name, made in application.aws.schedules.items()}
    role = SETTINGS.role_arn.replace("adhoc", "callback")
    target = SETTINGS.target_arn.replace("adhoc", "callback")
    application.settings = replace(SETTINGS, target_arn=target, role_arn=role)
    schedules = AwsSchedules(application.client, "tasks", 45)

    assert [schedules.rehome(3), schedules.rehome(3), schedules.rehome(3)] == [3, 2, 0]
    for name, made in application.aws.schedules.items():
        assert made == {**before[name], "Target": {**before[name]["Target"], "Arn": target, "RoleArn": role}}
    assert schedules.schedule(replace(TASK, id="task-0"), PATH, NOW) == arns[0]
    application.aws.calls.clear()
    assert schedules.rehome(3) == 0
    assert application.aws.calls == [], "it does not look again"


def test_a_schedule_that_is_about_to_fire_is_left_alone() -> None:
    application = Application()
    AwsSchedules(application.client, "tasks", 45).schedule(TASK, PATH, NOW)
    before = dict(application.aws.schedules)
    application.clock.now = TASK.scheduled_at - timedelta(minutes=1)
    application.settings = replace(SETTINGS, target_arn=SETTINGS.target_arn.replace("adhoc", "callback"))

    assert AwsSchedules(application.client, "tasks", 45).rehome(3) == 0
    assert application.aws.schedules == before


def test_schedules_that_cannot_be_listed_are_moved_by_a_later_sweep() -> None:
    application = Application()
    application.aws.failures = [answer("InternalServerException", status=500)]
    schedules = AwsSchedules(application.client, "tasks", 45)

    with pytest.raises(SchedulingError):
        schedules.rehome(3)
    assert schedules.rehome(3) == 0
