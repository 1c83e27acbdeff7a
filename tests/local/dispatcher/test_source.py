"""The Scheduler, Lambda and SQS APIs of the emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from local.dispatcher import AwsTarget, DeliveryError, EvaluationError, Schedule, SchedulerSource, SourceError

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

ROLE = "arn:aws:iam::000000000000:role/scheduler"
MISSING = "arn:aws:lambda:eu-central-1:000000000000:function:missing:catalog"


@pytest.fixture
def scheduler(emulator: Emulator) -> Iterator[Any]:
    emulator.reset()
    return emulator.client("scheduler")


def create(scheduler: Any, name: str, expression: str, **more: object) -> str:
    return scheduler.create_schedule(
        **{
            "Name": name,
            "ScheduleExpression": expression,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": MISSING, "RoleArn": ROLE, "Input": "{}"},
            **more,
        }
    )["ScheduleArn"]


def test_a_schedule_is_read_with_everything_that_decides_when_it_fires(scheduler: Any) -> None:
    start = datetime(2027, 1, 1, tzinfo=UTC)
    arn = create(
        scheduler,
        "full",
        "cron(0 9 * * ? *)",
        ScheduleExpressionTimezone="Asia/Seoul",
        StartDate=start,
        EndDate=start + timedelta(days=1),
        State="DISABLED",
        ActionAfterCompletion="DELETE",
        FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
        Target={
            "Arn": MISSING,
            "RoleArn": ROLE,
            "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60},
            "DeadLetterConfig": {"Arn": "arn:aws:sqs:eu-central-1:000000000000:undelivered"},
        },
    )

    found = SchedulerSource(scheduler).schedules()[arn]

    assert isinstance(found, Schedule)
    assert (found.name, found.expression, found.timezone) == ("full", "cron(0 9 * * ? *)", "Asia/Seoul")
    assert (found.start, found.end, found.enabled) == (start, start + timedelta(days=1), False)
    assert (found.window, found.deleted_when_done) == (timedelta(minutes=15), True)
    assert (found.delivery.input, found.delivery.max_retries, found.delivery.max_age_seconds) == (None, 2, 60)
    assert found.delivery.dead_letter_arn == "arn:aws:sqs:eu-central-1:000000000000:undelivered"


def test_absent_settings_mean_what_aws_means_by_them(scheduler: Any) -> None:
    arn = create(scheduler, "bare", "rate(1 minute)")

    found = SchedulerSource(scheduler).schedules()[arn]

    assert isinstance(found, Schedule)
    assert (found.timezone, found.enabled, found.window) == ("UTC", True, timedelta(0))
    assert (found.delivery.max_retries, found.delivery.max_age_seconds) == (185, 86_400)


def test_a_schedule_that_did_not_change_is_not_read_again(scheduler: Any) -> None:
    arn = create(scheduler, "same", "rate(1 minute)")
    source = SchedulerSource(scheduler)
    first = source.schedules()[arn]
    assert source.schedules()[arn] is first

    scheduler.update_schedule(
        Name="same",
        ScheduleExpression="rate(2 minutes)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": MISSING, "RoleArn": ROLE},
    )
    second = source.schedules()[arn]

    assert isinstance(second, Schedule)
    assert second.expression == "rate(2 minutes)"


@pytest.mark.parametrize(
    ("expression", "timezone"), [("cron(0 25 * * ? *)", "UTC"), ("soon", "UTC"), ("rate(1 hour)", "Mars/Phobos")]
)
def test_what_cannot_be_evaluated_is_an_error_beside_the_others(scheduler: Any, expression: str, timezone: str) -> None:
    bad = create(scheduler, "bad", expression, ScheduleExpressionTimezone=timezone)
    good = create(scheduler, "good", "rate(1 minute)")

    found = SchedulerSource(scheduler).schedules()

    assert isinstance(found[bad], EvaluationError)
    assert isinstance(found[good], Schedule)


def test_more_than_a_hundred_schedules_are_all_listed(scheduler: Any) -> None:
    for number in range(103):
        create(scheduler, f"s{number}", "rate(1 day)")

    assert len(SchedulerSource(scheduler).schedules()) == 103


def test_a_deleted_schedule_is_gone_and_deleting_it_again_is_nothing(scheduler: Any) -> None:
    arn = create(scheduler, "gone", "rate(1 minute)")
    source = SchedulerSource(scheduler)

    source.delete(arn)
    source.delete(arn)

    assert source.current(arn) is None
    assert source.schedules() == {}


def test_an_emulator_that_does_not_answer_is_a_source_error() -> None:
    from local.clients import Clients

    with pytest.raises(SourceError):
        SchedulerSource(Clients("http://127.0.0.1:9", "eu-central-1").client("scheduler")).schedules()


def test_a_missing_function_is_an_error_that_may_pass(emulator: Emulator) -> None:
    target = AwsTarget(emulator.client("lambda"), emulator.client("sqs"))

    with pytest.raises(DeliveryError) as caught:
        target.invoke(MISSING, "{}")

    assert (caught.value.code, caught.value.retryable) == ("ResourceNotFoundException", True)


def test_a_target_that_is_no_function_is_a_permanent_error(emulator: Emulator) -> None:
    target = AwsTarget(emulator.client("lambda"), emulator.client("sqs"))

    with pytest.raises(DeliveryError, match="only invokes Lambda functions") as caught:
        target.invoke("arn:aws:sqs:eu-central-1:000000000000:queue", "{}")

    assert not caught.value.retryable


def test_a_dead_letter_arrives_with_its_attributes(emulator: Emulator) -> None:
    queues = emulator.client("sqs")
    url = queues.create_queue(QueueName="dead")["QueueUrl"]

    AwsTarget(emulator.client("lambda"), queues).bury(
        "arn:aws:sqs:eu-central-1:000000000000:dead", '{"a": "ü"}', {"ERROR_CODE": "Throttled"}, ""
    )

    (message,) = queues.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(message["Body"]) == {"a": "ü"}
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "Throttled"


def test_a_dead_letter_says_by_its_sender_whose_schedule_it_was(emulator: Emulator) -> None:
    """As SQS stamps it: the id of the role, and the session's name."""
    document = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = emulator.client("iam").create_role(RoleName="execution", AssumeRolePolicyDocument=document)["Role"]
    queues = emulator.client("sqs")
    url = queues.create_queue(QueueName="dead")["QueueUrl"]
    target = AwsTarget(emulator.client("lambda"), queues, partial(emulator.as_role, "sqs"))

    target.bury("arn:aws:sqs:eu-central-1:000000000000:dead", "{}", {"ERROR_CODE": "x"}, role["Arn"])

    (message,) = queues.receive_message(QueueUrl=url, MessageSystemAttributeNames=["SenderId"])["Messages"]
    assert message["Attributes"]["SenderId"] == f"{role['RoleId']}:scheduler"
