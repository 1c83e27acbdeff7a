"""The client over boto3 itself, with an AWS that answers on loopback."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from schedule_client import KeyReusedError, PlannedCall, Request, ScheduleClient
from tests.schedule_client.aws import REQUEST, SETTINGS, Clock

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

MINUTE = timedelta(minutes=1)


@pytest.fixture
def client(emulator: Emulator) -> ScheduleClient:
    return ScheduleClient(SETTINGS, client=emulator.client("scheduler"))


def key() -> str:
    return f"order-{uuid.uuid4()}"


def test_a_call_is_made_moved_and_cancelled(client: ScheduleClient, emulator: Emulator) -> None:
    made = client.schedule_once(REQUEST, delay=30 * MINUTE, key=(order := key()))

    assert made.at is not None
    assert made.created
    assert client.get(order).at == made.at
    assert not client.schedule_once(REQUEST, delay=40 * MINUTE, key=order).created

    moved = client.reschedule(order, at=made.at + timedelta(hours=1))
    found: Any = emulator.client("scheduler").get_schedule(GroupName=SETTINGS.group, Name=made.name)
    assert client.get(made.arn).at == moved.at == made.at + timedelta(hours=1)
    assert found["Target"]["DeadLetterConfig"]["Arn"] == SETTINGS.dead_letter_arn
    assert found["ActionAfterCompletion"] == "DELETE"
    assert json.loads(found["Target"]["Input"])["schedule"]["time"] == "<aws.scheduler.scheduled-time>"

    assert client.cancel(order)
    assert not client.cancel(order)


def test_another_call_under_the_same_key_is_refused(client: ScheduleClient) -> None:
    client.schedule_once(REQUEST, delay=MINUTE, key=(order := key()))

    with pytest.raises(KeyReusedError, match=r"service is \"billing\" there and absent here"):
        client.schedule_once(Request(url="https://x.example.com/", body={"order": 7}), delay=MINUTE, key=order)


def test_many_calls_at_once_are_all_there(client: ScheduleClient) -> None:
    batch = uuid.uuid4().hex[:8]
    plans = [PlannedCall(request=REQUEST, delay=MINUTE, key=f"{batch}-{number}") for number in range(60)]

    results = client.schedule_many(plans, per_second=1e6)

    assert [result.error for result in results] == [None] * 60
    assert len(list(client.list(batch))) == 60


def test_a_send_that_boto3_holds_back_is_never_past_its_time(emulator: Emulator) -> None:
    """The clock jumps between two sends of boto3's, as if the first had been throttled for long."""
    clock = Clock(datetime.now(UTC).replace(second=30, microsecond=0))
    sends: list[datetime] = []
    config = Config(retries={"mode": "standard", "total_max_attempts": 3})
    names: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    boto = boto3.client("scheduler", "eu-central-1", endpoint_url=emulator.endpoint, config=config, **names)

    def throttle_once(request: Any, **_: object) -> Any:
        sends.append(clock())
        if len(sends) > 1:
            return None
        clock.now += timedelta(seconds=85)
        from botocore.awsrequest import AWSResponse

        class Raw:
            def stream(self, **_: object) -> Any:
                yield b'{"Message": "slow down"}'

        headers: Any = {"x-amzn-errortype": "ThrottlingException"}
        return AWSResponse(request.url, 429, headers, Raw())

    boto.meta.events.register("before-send.scheduler.CreateSchedule", throttle_once)
    call = ScheduleClient(SETTINGS, client=boto, clock=clock, sleep=clock.sleep).schedule_once(REQUEST, delay=MINUTE)

    assert call.at is not None
    assert call.late
    assert call.at - clock() >= timedelta(seconds=60)
