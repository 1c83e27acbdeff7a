"""EventBridge Scheduler in memory, with the failures that a test asks for, and what an application does around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from schedule_client import Request, ScheduleClient, ScheduleSettings
from schedule_client.testing import MemoryApi

NOW = datetime(2027, 1, 5, 8, 0, 12, tzinfo=UTC)
SETTINGS = ScheduleSettings(
    target_arn="arn:aws:lambda:eu-central-1:123456789012:function:shop-proxy:adhoc",
    role_arn="arn:aws:iam::123456789012:role/shop-adhoc",
    group="shop-adhoc",
    dead_letter_arn="arn:aws:sqs:eu-central-1:123456789012:shop-dlq",
    name_prefix="orders-",
)
REQUEST = Request(service="billing", path="/remind", body={"order": 7})


@dataclass
class Clock:
    """A wall clock that goes on when somebody sleeps."""

    now: datetime = NOW
    slept: list[float] = field(default_factory=list[float])

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def answer(code: str, message: str = "no", status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "CreateSchedule")


class FakeScheduler(MemoryApi):
    """What applications test with, whose next calls raise `failures`, one each, before anything is done."""

    def __init__(self, group: str = SETTINGS.group) -> None:
        super().__init__(group, SETTINGS.schedule_arn)
        self.failures: list[Exception] = []
        self.calls: list[str] = []

    def create_schedule(self, **arguments: Any) -> dict[str, Any]:
        self._called("create")
        return super().create_schedule(**arguments)

    def update_schedule(self, **arguments: Any) -> dict[str, Any]:
        self._called("update")
        return super().update_schedule(**arguments)

    def get_schedule(self, **arguments: Any) -> dict[str, Any]:
        self._called("get")
        found = super().get_schedule(**arguments)
        return {"CreationDate": NOW, **found, "ResponseMetadata": {"HTTPStatusCode": 200}}

    def delete_schedule(self, **arguments: Any) -> dict[str, Any]:
        self._called("delete")
        return super().delete_schedule(**arguments)

    def paginate(self, **arguments: Any) -> Iterator[dict[str, Any]]:
        (page,) = super().paginate(**arguments)
        for start in range(0, max(1, len(page["Schedules"])), 2):
            self._called("list")
            yield {"Schedules": page["Schedules"][start : start + 2]}

    def _called(self, verb: str) -> None:
        self.calls.append(verb)
        if self.failures:
            raise self.failures.pop(0)


@dataclass
class Application:
    """A ScheduleClient, and the AWS and the clock behind it."""

    aws: FakeScheduler = field(default_factory=FakeScheduler)
    clock: Clock = field(default_factory=Clock)
    settings: ScheduleSettings = SETTINGS

    @property
    def client(self) -> ScheduleClient:
        return ScheduleClient(self.settings, client=self.aws, clock=self.clock, sleep=self.clock.sleep)
