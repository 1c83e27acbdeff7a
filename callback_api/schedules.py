"""Schedules that call tasks back, in EventBridge Scheduler."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from schedule_client import KeyReusedError, Request, Retry, ScheduleError, SettingsError
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from callback_api.task import Task
    from schedule_client import ScheduleClient

# A handler's 25 s plus overhead; the proxy waits as long as API Gateway.
TIMEOUT_SECONDS = 30
_SOON = timedelta(seconds=1)


NO_STACK = (
    "no stack is configured, so tasks wait: set SCHEDULER_TARGET_ARN and the other variables that the stack exports"
)


class SchedulingError(Exception):
    """The schedule cannot be created or deleted now; the message has the reason."""


class Schedules(Protocol):
    """Creates and deletes the schedule of a task; safe to repeat, and to use from many threads."""

    def ready(self) -> None:
        """Return if schedules can be created, as far as is known without a request; raises SchedulingError."""
        ...

    @property
    def service(self) -> str:
        """Name of the service in the stack, whose routes are called."""
        ...

    def schedule(self, task: Task, path: str, now: datetime) -> str:
        """Create a schedule that calls `path` for the task at its time, and return its ARN; raises SchedulingError."""
        ...

    def cancel(self, task: Task) -> None:
        """Delete the task's schedule, if there is one; raises SchedulingError."""
        ...

    def rehome(self, most: int) -> int:
        """Move up to this number of schedules to the current target; return how many. Raises SchedulingError."""
        ...


class AwsSchedules:
    """Schedules by `client`, each for one call of `service` that is retried for `retry_minutes`."""

    def __init__(self, client: ScheduleClient, service: str, retry_minutes: int) -> None:
        self._client, self.service = client, service
        self._retry = Retry(max_age_minutes=retry_minutes)
        self._homed = False

    def ready(self) -> None:
        """Return if the client's settings name a stack."""

    def schedule(self, task: Task, path: str, now: datetime) -> str:
        """CreateSchedule, with a key for the task and time."""
        key, request = schedule_key(task), self._request(task, path)
        late = task.scheduled_at <= now + _SOON
        when: dict[str, Any] = {"delay": timedelta()} if late else {"at": task.scheduled_at}
        try:
            return self._client.schedule_once(request, **when, key=key, description=f"Callback of task {task.id}").arn
        except KeyReusedError:
            return self._known(key)  # created by another version, or for a minute that has passed since
        except ScheduleError as error:
            raise SchedulingError(str(error)) from error

    def cancel(self, task: Task) -> None:
        """DeleteSchedule."""
        try:
            self._client.cancel(task.schedule_arn or schedule_key(task))
        except SettingsError:
            return  # of another group, perhaps of the template: it is answered when it calls
        except ScheduleError as error:
            raise SchedulingError(str(error)) from error

    def rehome(self, most: int) -> int:
        """ListSchedules, and UpdateSchedule for each that calls by another alias, until none is left."""
        if self._homed:
            return 0
        target, moved = self._client.settings.target_arn, 0
        try:
            for listed in self._client.list():
                if listed.target_arn not in (None, target):
                    moved += self._client.rehome(listed.arn)
                    if moved >= most:
                        return moved
        except ScheduleError as error:
            raise SchedulingError(str(error)) from error
        self._homed = moved == 0
        return moved

    def _known(self, key: str) -> str:
        try:
            return self._client.get(key).arn
        except ScheduleError as error:
            raise SchedulingError(str(error)) from error

    def _request(self, task: Task, path: str) -> Request:
        return Request(
            service=self.service,
            path=path,
            body={"task_id": task.id, "scheduled_at": wire_time(task.scheduled_at, "milliseconds")},
            timeout_seconds=TIMEOUT_SECONDS,
            retry=self._retry,
            owner="callback",
        )


def schedule_key(task: Task) -> str:
    """Return the key of a task's call, from which its run key follows: a new one for each time of the task.

    The proxy does not repeat a delivered call with the same key, so a retried task needs a new one.
    """
    return f"{task.id}.{int(task.scheduled_at.timestamp() * 1000)}"


class NoSchedules:
    """Replacement without a stack: outbox records wait until there is one."""

    service = ""

    def ready(self) -> None:
        """Raise SchedulingError."""
        raise SchedulingError(NO_STACK)

    def schedule(self, task: Task, path: str, now: datetime) -> str:
        """Raise SchedulingError."""
        raise SchedulingError(NO_STACK)

    def cancel(self, task: Task) -> None:
        """Do nothing."""

    def rehome(self, most: int) -> int:
        """Return 0."""
        return 0
