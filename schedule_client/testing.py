"""EventBridge Scheduler in memory, with a clock to move: what an application's own tests need.

`MemoryScheduler().client()` is a ScheduleClient whose schedules exist nowhere else; `advance` lets time pass and
returns the calls that the proxy would make. With `pytest_plugins = ["schedule_client.pytest_fixtures"]` a test asks
for the fixture `scheduler`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

from botocore.exceptions import ClientError

from schedule_client.client import ScheduleClient
from schedule_client.contract.origins import origin_of
from schedule_client.contract.placeholders import SCHEDULE_ARN, SCHEDULED_TIME
from schedule_client.contract.run_keys import call_run_key, run_key
from schedule_client.contract.times import wire_time
from schedule_client.moment import at_instant
from schedule_client.settings import ScheduleSettings

START = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)
SETTINGS = ScheduleSettings(
    target_arn="arn:aws:lambda:eu-central-1:123456789012:function:test-proxy:shop",
    role_arn="arn:aws:iam::123456789012:role/test-shop",
    group="test-adhoc",
    dead_letter_arn="arn:aws:sqs:eu-central-1:123456789012:test-dlq",
    name_prefix="shop-",
)
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class FiredCall:
    """A call that came due: what the proxy would send, but for what only a stack knows (base URL, secret, signature).

    target: the path of a `service`, or the whole `url`.
    headers: the request's own, with the run key and the other headers of every call.
    """

    name: str
    at: datetime
    key: str | None
    service: str | None
    target: str
    method: str
    headers: Mapping[str, str]
    params: Mapping[str, Any]
    body: Any
    form: Mapping[str, Any] | None = None
    text: str | None = None


class MemoryApi:
    """boto3's client of EventBridge Scheduler for one group, as far as ScheduleClient uses it."""

    def __init__(self, group: str, arn_of: Any) -> None:
        self.schedules: dict[str, dict[str, Any]] = {}
        self.next_fires: dict[str, datetime] = {}
        self.group, self._arn_of = group, arn_of

    def create_schedule(self, *, GroupName: str, Name: str, **arguments: Any) -> dict[str, Any]:  # noqa: N803
        """Add a schedule; ConflictException if there is one of that name."""
        self._check(GroupName)
        if Name in self.schedules:
            raise _refusal("ConflictException", f"Schedule {Name} already exists.", 409)
        self.schedules[Name] = {"State": "ENABLED", **arguments}
        return {"ScheduleArn": self._arn_of(Name)}

    def update_schedule(self, *, GroupName: str, Name: str, **arguments: Any) -> dict[str, Any]:  # noqa: N803
        """Replace a schedule: what is not named goes back to its default."""
        self._found(GroupName, Name)
        self.schedules[Name] = {"State": "ENABLED", **arguments}
        return {"ScheduleArn": self._arn_of(Name)}

    def get_schedule(self, *, GroupName: str, Name: str) -> dict[str, Any]:  # noqa: N803
        """Return a schedule."""
        return {"Name": Name, "GroupName": GroupName, "Arn": self._arn_of(Name), **self._found(GroupName, Name)}

    def delete_schedule(self, *, GroupName: str, Name: str) -> dict[str, Any]:  # noqa: N803
        """Delete a schedule."""
        self._found(GroupName, Name)
        del self.schedules[Name]
        self.next_fires.pop(Name, None)
        return {}

    def get_paginator(self, operation: str) -> MemoryApi:
        """Return what lists schedules."""
        return self

    def paginate(self, *, GroupName: str, NamePrefix: str = "") -> Iterator[dict[str, Any]]:  # noqa: N803
        """Yield all names with a prefix in one page."""
        self._check(GroupName)
        names = [name for name in sorted(self.schedules) if name.startswith(NamePrefix)]
        yield {"Schedules": [{"Name": name, "Arn": self._arn_of(name), **self._listed(name)} for name in names]}

    def _listed(self, name: str) -> dict[str, Any]:
        found = self.schedules[name]
        return {"State": found.get("State", "ENABLED"), "Target": {"Arn": found["Target"]["Arn"]}}

    def _found(self, group: str, name: str) -> dict[str, Any]:
        self._check(group)
        if name not in self.schedules:
            raise _refusal("ResourceNotFoundException", f"Schedule {name} does not exist.", 404)
        return self.schedules[name]

    def _check(self, group: str) -> None:
        if group != self.group:
            raise _refusal("ResourceNotFoundException", f"Schedule group {group} does not exist.", 404)


@dataclass
class MemoryScheduler:
    """A group of schedules and its clock, which stands still until `advance` moves it."""

    settings: ScheduleSettings = SETTINGS
    now: datetime = START
    api: MemoryApi = field(init=False)

    def __post_init__(self) -> None:
        self.api = MemoryApi(self.settings.group, self.settings.schedule_arn)

    def client(self) -> ScheduleClient:
        """Return a client of these schedules, by this clock."""
        return ScheduleClient(self.settings, client=self.api, clock=lambda: self.now, sleep=_no_pause)

    def advance(self, span: timedelta | None = None, **parts: float) -> list[FiredCall]:
        """Let time pass, such as `advance(minutes=30)`, and return the calls that came due, the earliest first.

        Calls of one instant are in the order in which their schedules were made, so that a test can name them.
        A `rate` fires first at its `start`, or when it was created. A one-time schedule, and a recurring one with an
        `end`, is gone after its last call. A `cron` needs the laptop stack, and raises NotImplementedError.
        """
        before, self.now = self.now, self.now + (span or timedelta(**parts))
        due = [(at, name) for name in self.api.schedules for at in self._fires(name, before)]
        calls = [self._call(name, at) for at, name in sorted(due, key=itemgetter(0))]
        for name in [name for name, found in self.api.schedules.items() if self._is_over(name, found)]:
            self.api.delete_schedule(GroupName=self.api.group, Name=name)
        return calls

    def _fires(self, name: str, before: datetime) -> list[datetime]:
        found = self.api.schedules[name]
        expression = str(found["ScheduleExpression"])
        if (at := at_instant(expression)) is not None:
            return [at] if at <= self.now else []
        rate = _RATE.fullmatch(expression)
        if rate is None:
            raise NotImplementedError(f'"{name}" has {expression}: try a cron on the laptop stack (schedules dev)')
        step = int(rate[1]) * _SPANS[rate[2]]
        at = self.api.next_fires.get(name) or _first_fire(found.get("StartDate", before), before, step)
        fires: list[datetime] = []
        while at <= min(self.now, found.get("EndDate", self.now)):
            fires.append(at)
            at += step
        self.api.next_fires[name] = at
        return fires

    def _is_over(self, name: str, found: Mapping[str, Any]) -> bool:
        at = at_instant(str(found["ScheduleExpression"]))
        over = at <= self.now if at is not None else "EndDate" in found and self.api.next_fires[name] > found["EndDate"]
        return over and found["ActionAfterCompletion"] == "DELETE"

    def _call(self, name: str, at: datetime) -> FiredCall:
        found, arn = self.api.schedules[name], self.settings.schedule_arn(name)
        time = wire_time(at)
        text = str(found["Target"]["Input"]).replace(SCHEDULE_ARN, arn).replace(SCHEDULED_TIME, time)
        event: dict[str, Any] = json.loads(text)
        origin, key = origin_of(str(found["Target"]["Arn"])), event.get("key")
        run = run_key(origin, arn, time) if key is None else call_run_key(origin, self.settings.group, key)
        own = {"Idempotency-Key": run, "webhook-id": run, "X-Schedule-Name": name, "X-Scheduled-Time": time}
        headers = {**event.get("headers", {}), **own, "X-Schedule-Origin": origin}
        target = str(event.get("target_url") or event["path"])
        params = event.get("params", {})
        content = {kind: event.get(kind) for kind in ("body", "form", "text")}
        return FiredCall(name, at, key, event.get("service"), target, event["method"], headers, params, **content)


def _first_fire(start: datetime, now: datetime, step: timedelta) -> datetime:
    """Return the first fire from now on of a rate that counts from `start`."""
    return start + max(-((start - now) // step), 0) * step


def _no_pause(_: float) -> None:
    """Return at once: the clock stands still until the test moves it."""


def _refusal(code: str, message: str, status: int) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Schedule")
