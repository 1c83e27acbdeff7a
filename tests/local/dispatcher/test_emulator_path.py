"""The dispatcher against the emulator, in real time: what cannot be handed over ends in the queue."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from local.dispatcher import AwsTarget, Dispatcher, Journal, Loop, Notice, SchedulerSource

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

PATIENCE = 60.0
MISSING = "arn:aws:lambda:eu-central-1:000000000000:function:missing:catalog"


def test_a_schedule_without_a_function_is_retried_buried_and_then_deleted(emulator: Emulator, tmp_path: Path) -> None:
    scheduler, queues = emulator.client("scheduler"), emulator.client("sqs")
    queue = queues.create_queue(QueueName="buried")["QueueUrl"]
    notices: list[Notice] = []
    journal = Journal(tmp_path / "journal.sqlite")
    dispatcher = Dispatcher(
        source=SchedulerSource(scheduler),
        target=AwsTarget(emulator.client("lambda"), queues),
        journal=journal,
        clock=lambda: datetime.now(UTC),
        identifier=lambda: uuid.uuid4().hex[:16],
        notify=notices.append,
    )
    arn = scheduler.create_schedule(
        Name="broken",
        ScheduleExpression="at(2026-01-05T09:00:00)",
        ScheduleExpressionTimezone="Europe/Berlin",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": MISSING,
            "RoleArn": "arn:aws:iam::000000000000:role/scheduler",
            "Input": '{"at": "<aws.scheduler.scheduled-time>", "try": "<aws.scheduler.attempt-number>"}',
            "RetryPolicy": {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60},
            "DeadLetterConfig": {"Arn": "arn:aws:sqs:eu-central-1:000000000000:buried"},
        },
    )["ScheduleArn"]
    loop = Loop(dispatcher, lambda: datetime.now(UTC), notices.append)
    loop.start()
    deadline = time.monotonic() + PATIENCE
    while "completed" not in [notice.kind for notice in notices] and time.monotonic() < deadline:
        time.sleep(0.05)
    loop.stop()
    journal.close()

    assert loop.failure is None
    assert [notice.kind for notice in notices] == ["retrying", "dead-lettered", "completed"]
    (message,) = queues.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"]
    found = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert json.loads(message["Body"]) == {"at": "2026-01-05T08:00:00Z", "try": "2"}
    assert (found["ERROR_CODE"], found["RETRY_ATTEMPTS"]) == ("ResourceNotFoundException", "1")
    assert (found["EXHAUSTED_RETRY_CONDITION"], found["SCHEDULE_ARN"]) == ("MaximumRetryAttempts", arn)
    assert len(found) == 9
    assert scheduler.list_schedules()["Schedules"] == []
