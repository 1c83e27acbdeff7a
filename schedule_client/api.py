"""EventBridge Scheduler's API: the few operations in use, in one group, with this package's errors."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from schedule_client.deadline import check, check_retry
from schedule_client.errors import ScheduleNotFoundError
from schedule_client.translation import Doing, translated

if TYPE_CHECKING:
    from schedule_client.settings import ScheduleSettings

CONNECT_SECONDS, READ_SECONDS, ATTEMPTS, CONNECTIONS = 2, 5, 5, 64
# A time must be at least this far in the future when a request leaves: it travels to AWS for some of it.
_MARGIN = timedelta(seconds=10)
# Time of the schedule in the current request, and the clock to compare it with.
_sending: ContextVar[tuple[datetime, Callable[[], datetime]] | None] = ContextVar("sending", default=None)


class LateError(Exception):
    """Retries held a request back until its time had almost passed; it was not sent."""


class SchedulerApi:
    """One group of schedules; `client` is boto3's, by default one that is created at first use."""

    def __init__(
        self, settings: ScheduleSettings, client: Any, clock: Callable[[], datetime], timeout: float | None = None
    ) -> None:
        self._settings, self._given, self._clock, self._timeout = settings, client, clock, timeout
        self._ready: Any = None
        self._making, self._process = threading.Lock(), os.getpid()

    def create(self, name: str, arguments: Mapping[str, Any], fires_at: datetime | None) -> None:
        """CreateSchedule; raises LateError instead of sending, also in boto3's retries, if `fires_at` is too close."""
        self._send("create_schedule", "CreateSchedule", name, fires_at, **arguments)

    def update(self, name: str, arguments: Mapping[str, Any], fires_at: datetime | None) -> None:
        """UpdateSchedule, which replaces the whole schedule; LateError as in `create`."""
        self._send("update_schedule", "UpdateSchedule", name, fires_at, **arguments)

    def get(self, name: str) -> dict[str, Any]:
        """GetSchedule; raises ScheduleNotFoundError."""
        return self._send("get_schedule", "GetSchedule", name, None)

    def delete(self, name: str) -> bool:
        """DeleteSchedule; returns False if the schedule does not exist (any more)."""
        try:
            self._send("delete_schedule", "DeleteSchedule", name, None)
        except ScheduleNotFoundError:
            return False
        return True

    def list(self, prefix: str) -> Iterator[dict[str, Any]]:
        """ListSchedules, page by page, for names that start with `prefix`."""
        from botocore.exceptions import BotoCoreError, ClientError

        check()
        wanted = {"GroupName": self._settings.group, **({"NamePrefix": prefix} if prefix else {})}
        try:
            for page in self._client.get_paginator("list_schedules").paginate(**wanted):
                yield from page["Schedules"]
        except (BotoCoreError, ClientError) as error:
            raise translated(error, Doing("ListSchedules", "", self._settings)) from error

    def _send(
        self, method: str, operation: str, name: str, fires_at: datetime | None, **arguments: Any
    ) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        check()
        token = _sending.set(None if fires_at is None else (fires_at, self._clock))
        try:
            return getattr(self._client, method)(GroupName=self._settings.group, Name=name, **arguments)
        except (BotoCoreError, ClientError) as error:
            raise translated(error, Doing(operation, name, self._settings)) from error
        finally:
            _sending.reset(token)

    @property
    def _client(self) -> Any:
        if self._process != os.getpid():  # connections are not to be shared with the process that this one is of
            self._ready, self._making, self._process = None, threading.Lock(), os.getpid()
        if self._ready is None:
            with self._making:  # creating a client is not safe in two threads at once
                if self._ready is None:
                    self._ready = _watched(self._given or _new_client(self._settings.region, self._timeout))
        return self._ready


def _new_client(region: str, timeout: float | None) -> Any:
    import boto3
    from botocore.config import Config

    longest = float("inf") if timeout is None else timeout

    config = Config(
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        connect_timeout=min(CONNECT_SECONDS, longest),
        read_timeout=min(READ_SECONDS, longest),
        max_pool_connections=CONNECTIONS,
    )
    return cast("Any", boto3).client("scheduler", region_name=region, config=config)


def _watched(client: Any) -> Any:
    """`client`, with a check of both clocks before each of its requests and pauses, including retries of boto3."""
    if (meta := getattr(client, "meta", None)) is not None:
        meta.events.register_first("needs-retry.scheduler", _hold_retry, unique_id="schedule-client-retry")
        meta.events.register_first("before-send.scheduler", _hold_send, unique_id="schedule-client-send")
        for operation in ("CreateSchedule", "UpdateSchedule"):
            meta.events.register(f"before-send.scheduler.{operation}", _hold_late, unique_id="schedule-client")
    return client


def _hold_send(**_: object) -> None:
    check()


def _hold_retry(attempts: int = 1, response: Any = None, **_: object) -> None:
    """Check the time before a pause; boto3 asks after every response, also after those that it does not retry."""
    if response is None or _is_transient(*response):
        check_retry(attempts)


def _is_transient(answer: Any, parsed: Mapping[str, Any]) -> bool:
    code = str(parsed.get("Error", {}).get("Code", ""))
    return answer.status_code in (429, *range(500, 600)) or "hrottl" in code


def _hold_late(**_: object) -> None:
    sending = _sending.get()
    if sending is not None and sending[0] - sending[1]() < _MARGIN:
        raise LateError
