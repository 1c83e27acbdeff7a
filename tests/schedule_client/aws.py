"""EventBridge Scheduler in memory, with the failures that a test asks for, and what an application does around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from schedule_client import Request, ScheduleClient, ScheduleSettings

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


@dataclass
class FakeScheduler:
    """The client of boto3, for one group; the next calls raise `failures`, one each, before anything is done."""

    schedules: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    failures: list[Exception] = field(default_factory=list[Exception])
    calls: list[str] = field(default_factory=list[str])
    group: str = SETTINGS.group

    def create_schedule(self, *, GroupName: str, Name: str, **arguments: Any) -> dict[str, Any]:  # noqa: N803
        self._called("create")
        if GroupName != self.group:
            raise answer("ResourceNotFoundException", f"Schedule group {GroupName} does not exist.", 404)
        if Name in self.schedules:
            raise answer("ConflictException", f"Schedule {Name} already exists.", 409)
        self.schedules[Name] = {"State": "ENABLED", **arguments}
        return {"ScheduleArn": SETTINGS.schedule_arn(Name)}

    def update_schedule(self, *, GroupName: str, Name: str, **arguments: Any) -> dict[str, Any]:  # noqa: N803
        self._called("update")
        assert GroupName == self.group
        self._there(Name)
        self.schedules[Name] = {"State": "ENABLED", **arguments}  # what is not named goes back to its default
        return {"ScheduleArn": SETTINGS.schedule_arn(Name)}

    def get_schedule(self, *, GroupName: str, Name: str) -> dict[str, Any]:  # noqa: N803
        self._called("get")
        assert GroupName == self.group
        known = {"Name": Name, "GroupName": GroupName, "Arn": SETTINGS.schedule_arn(Name), "CreationDate": NOW}
        return {**known, **self._there(Name), "ResponseMetadata": {"HTTPStatusCode": 200}}

    def delete_schedule(self, *, GroupName: str, Name: str) -> dict[str, Any]:  # noqa: N803
        self._called("delete")
        assert GroupName == self.group
        self._there(Name)
        del self.schedules[Name]
        return {}

    def get_paginator(self, operation: str) -> FakeScheduler:
        assert operation == "list_schedules"
        return self

    def paginate(self, *, GroupName: str, NamePrefix: str = "") -> Iterator[dict[str, Any]]:  # noqa: N803
        assert GroupName == self.group
        names = [name for name in sorted(self.schedules) if name.startswith(NamePrefix)]
        for start in range(0, max(1, len(names)), 2):
            self._called("list")
            listed = [
                {
                    "Name": name,
                    "Arn": SETTINGS.schedule_arn(name),
                    "Target": {"Arn": self.schedules[name]["Target"]["Arn"]},
                }
                for name in names[start : start + 2]
            ]
            yield {"Schedules": listed}

    def _there(self, name: str) -> dict[str, Any]:
        if name not in self.schedules:
            raise answer("ResourceNotFoundException", f"Schedule {name} does not exist.", 404)
        return self.schedules[name]

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
