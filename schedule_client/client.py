"""Schedules of an application, created and cancelled at run time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from schedule_client.api import LateError, SchedulerApi
from schedule_client.call import ListedSchedule, PlannedCall, PlanResult, ScheduledCall, ScheduleDetails
from schedule_client.checked_input import checked_input, described
from schedule_client.comparison import event_differences, event_of, recurrence_differences
from schedule_client.contract.times import utc_now
from schedule_client.deadline import checked_seconds, within
from schedule_client.errors import ConflictError, KeyReusedError, ScheduleNotFoundError, TimeError
from schedule_client.many import Pace, schedule_all
from schedule_client.moment import at_expression, at_instant, fire_time, wanted, whole_minute
from schedule_client.names import fresh_name, keyed_name, named
from schedule_client.outline import Outlines
from schedule_client.recurrence import Recurrence
from schedule_client.retrying import Retrying
from schedule_client.settings import ScheduleSettings

if TYPE_CHECKING:
    from schedule_client.contract.request import Request

_V = TypeVar("_V", bound=Callable[..., Any])
# Members of GetSchedule's response that UpdateSchedule does not accept.
_READ_ONLY = frozenset(("Arn", "CreationDate", "LastModificationDate", "ResponseMetadata", "Name", "GroupName"))

_SOON = timedelta(minutes=2)


def limited(verb: _V) -> _V:
    """Have a verb end within its `timeout` and the client's."""

    @wraps(verb)
    def within_timeout(client: Any, *given: Any, **named: Any) -> Any:
        if client.timeout is None and named.get("timeout") is None:
            return verb(client, *given, **named)
        with within(client.timeout), within(named.get("timeout")):
            return verb(client, *given, **named)

    return cast("_V", within_timeout)


class ScheduleClient:
    """Schedules calls in the group that the stack keeps for applications; safe to use from many threads.

    The default `settings` are those of the environment (ScheduleSettings.from_environment). `client` is boto3's client
    of EventBridge Scheduler; the default one, with boto3's standard retries and short timeouts, is created at first
    use. Every failure raises a ScheduleError. `timeout`, for all calls or for one, limits the seconds of a call with
    all its retries, except for the request that is then under way; TimedOutError says that it was over.
    """

    def __init__(
        self,
        settings: ScheduleSettings | None = None,
        *,
        client: Any = None,
        timeout: float | None = None,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings or ScheduleSettings.from_environment(os.environ)
        self.timeout = None if timeout is None else checked_seconds(timeout)
        self._clock, self._sleep = clock, sleep
        self._retrying = Retrying(clock, sleep)
        self._passed = Outlines()
        self._api = SchedulerApi(self.settings, client, clock, self.timeout)

    @limited
    def schedule_once(
        self,
        request: Request,
        *,
        delay: timedelta | None = None,
        at: datetime | None = None,
        key: str | None = None,
        description: str | None = None,
        timeout: float | None = None,
    ) -> ScheduledCall:
        """Make `request` once, after `delay` or `at` an aware instant: in the first whole minute at least 60 s ahead.

        A `key` makes this safe to repeat: the call that is already scheduled with it is returned (`created` is False;
        with `delay` its first time stays), and KeyReusedError is raised if that is another call. The schedule deletes
        itself when it has fired. Its `description`, which AWS's console shows, is by default the method and the target.
        """
        first = self._first_time(delay, at)
        name = self._new_name(key)
        text = checked_input(request, name, key, self.settings, passed=self._passed)
        target = {**self._target(text), "Description": described(request, description)}

        def create(fires_at: datetime) -> None:
            self._api.create(name, {**target, **_times(fires_at), "ActionAfterCompletion": "DELETE"}, fires_at)

        try:
            fires_at = self._in_time(create, first)
        except ConflictError:
            if (found := self._found(name)) is not None:
                return self._same_call(found, target, key, at)
            fires_at = self._in_time(create, first)  # it has just fired and is deleted
        return ScheduledCall(name, self.settings.schedule_arn(name), fires_at, key, late=fires_at > first)

    def schedule_many(
        self,
        plans: Iterable[PlannedCall],
        *,
        concurrency: int = 16,
        per_second: float = 100.0,
        progress: Callable[[int], None] | None = None,
        timeout: float | None = None,
    ) -> list[PlanResult]:
        """Make a call for each plan, in order, with at most `concurrency` at a time and `per_second` in all.

        A failure is in the result of its plan and does not stop the others; `progress` receives the number of results.
        `timeout` limits the seconds of all calls together, the client's those of each: a plan that is left over then
        has a TimedOutError.
        """

        def schedule(plan: PlannedCall) -> ScheduledCall:
            return self.schedule_once(
                plan.request, delay=plan.delay, at=plan.at, key=plan.key, description=plan.description
            )

        with within(timeout):
            return schedule_all(schedule, plans, concurrency, Pace(per_second, self._sleep), progress)

    @limited
    def schedule_recurring(
        self,
        request: Request,
        *,
        cron: str | None = None,
        rate: str | None = None,
        timezone: str = "UTC",
        start: datetime | None = None,
        end: datetime | None = None,
        key: str | None = None,
        description: str | None = None,
        timeout: float | None = None,
    ) -> ScheduledCall:
        """Make `request` repeatedly: `cron` has AWS's six fields, `rate` is like "5 minutes".

        `key` names the schedule; each of its runs has its own run key. A schedule with an `end` deletes itself after
        its last call, others stay until they are cancelled. A schedule that is known before the code runs belongs in
        the catalog, where it is reviewed.
        """
        recurrence = Recurrence.of(cron, rate, timezone, start, end)
        name = self._new_name(key)
        arguments = {
            **recurrence.arguments(),
            **self._target(checked_input(request, name, None, self.settings, recurs=True, passed=self._passed)),
            "Description": described(request, description),
        }
        try:
            self._retrying.with_role(lambda: self._api.create(name, arguments, None))
        except ConflictError:
            found = self._api.get(name)
            if lines := [*recurrence_differences(arguments, found), *event_differences(arguments, found)]:
                raise KeyReusedError(key or name, lines) from None
            return ScheduledCall(name, self.settings.schedule_arn(name), None, key, created=key is None)
        return ScheduledCall(name, self.settings.schedule_arn(name), None, key)

    @limited
    def get(self, reference: str | ScheduledCall, *, timeout: float | None = None) -> ScheduleDetails:
        """Return the schedule of an ARN, a key or a ScheduledCall; raises ScheduleNotFoundError without one."""
        return ScheduleDetails.of(self._api.get(self._named(reference)))

    def list(
        self, prefix: str = "", *, details: bool = False, timeout: float | None = None
    ) -> Iterator[ListedSchedule]:
        """Yield the application's schedules whose names continue with `prefix`, reading a page at a time.

        With `details` each is read by itself, for its key and its time, which AWS does not list. `timeout` limits the
        seconds until the next one, not those that the caller spends on one.
        """
        listed = self._api.list(self.settings.name_prefix + prefix)
        if details:  # what fires meanwhile is not there any more
            listed = (found for each in listed if (found := self._found(str(each["Name"]))) is not None)
        if timeout is not None:
            checked_seconds(timeout)
        return self._each(map(ListedSchedule.of, listed), timeout)

    def _each(self, listed: Iterator[ListedSchedule], timeout: float | None) -> Iterator[ListedSchedule]:
        while True:
            with within(self.timeout), within(timeout):
                found = next(listed, None)
            if found is None:
                return
            yield found

    @limited
    def reschedule(
        self,
        reference: str | ScheduledCall,
        *,
        delay: timedelta | None = None,
        at: datetime | None = None,
        timeout: float | None = None,
    ) -> ScheduledCall:
        """Move a one-time call to another time; its request stays as it is.

        It then uses the alias and the role of the client's settings, whichever it was created with. Raises
        ScheduleNotFoundError if it has fired, TimeError for a recurring schedule. Close to its old time it may still
        fire: AWS does not promise that an update takes effect at once.
        """
        name, first = self._named(reference), self._first_time(delay, at)
        found = self._api.get(name)
        if at_instant(str(found["ScheduleExpression"])) is None:
            raise TimeError(f'"{name}" recurs: cancel it and create another one')
        kept = self._moved(found)

        def update(fires_at: datetime) -> None:
            self._retrying.with_conflicts(lambda: self._api.update(name, {**kept, **_times(fires_at)}, fires_at))

        fires_at = self._in_time(update, first)
        key = event_of(found).get("key")
        arn = self.settings.schedule_arn(name)
        return ScheduledCall(name, arn, fires_at, key, created=False, late=fires_at > first)

    @limited
    def rehome(self, reference: str | ScheduledCall, *, timeout: float | None = None) -> bool:
        """Move a schedule's calls to the alias and the role of the client's settings; its times stay as they are.

        Returns False, without a change, for a schedule that does not exist and for a one-time call that is due within
        two minutes, which EventBridge Scheduler might make twice.
        """
        name = self._named(reference)
        if (found := self._found(name)) is None:
            return False
        fires_at = at_instant(str(found["ScheduleExpression"]))
        if fires_at is not None and fires_at < self._clock() + _SOON:
            return False
        kept = self._moved(found)
        try:
            self._retrying.with_role(lambda: self._retrying.with_conflicts(lambda: self._api.update(name, kept, None)))
        except ScheduleNotFoundError:
            return False
        return True

    @limited
    def cancel(self, reference: str | ScheduledCall, *, timeout: float | None = None) -> bool:
        """Delete a schedule that has not fired; False if it does not exist (any more).

        A call that has fired cannot be cancelled: the proxy retries it while its target fails.
        """
        name = self._named(reference)
        return self._retrying.with_conflicts(lambda: self._api.delete(name))

    def _new_name(self, key: str | None) -> str:
        prefix = self.settings.name_prefix
        return fresh_name(prefix) if key is None else keyed_name(prefix, key)

    def _named(self, reference: str | ScheduledCall) -> str:
        if isinstance(reference, ScheduledCall):
            return reference.name
        return named(reference, self.settings.name_prefix, self.settings.group)

    def _target(self, text: str) -> dict[str, Any]:
        settings = self.settings
        retries = {
            "MaximumRetryAttempts": settings.max_retries,
            "MaximumEventAgeInSeconds": settings.max_age_seconds,
        }
        target = {**self._way(), "Input": text, "RetryPolicy": retries}
        return {"FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}

    def _moved(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments of an update that changes only the target and role of a schedule: an update resets the others."""
        kept = {member: value for member, value in found.items() if member not in _READ_ONLY}
        return {**kept, "Target": {**kept["Target"], **self._way()}}

    def _way(self) -> dict[str, Any]:
        """Target of a schedule, with its role and dead-letter queue."""
        settings = self.settings
        kept = {"DeadLetterConfig": {"Arn": settings.dead_letter_arn}}
        return {"Arn": settings.target_arn, "RoleArn": settings.role_arn, **kept}

    def _first_time(self, delay: timedelta | None, at: datetime | None) -> datetime:
        now = self._clock()
        return fire_time(wanted(now, delay, at), now)

    def _in_time(self, send: Callable[[datetime], None], first: datetime) -> datetime:
        """Minute that `send` passed to AWS: `first`, or a later one if that can no longer be reached."""

        def attempt() -> datetime:
            while True:
                fires_at = fire_time(first, self._clock())
                try:
                    send(fires_at)
                except LateError:
                    continue
                return fires_at

        return self._retrying.with_role(attempt)

    def _found(self, name: str) -> dict[str, Any] | None:
        try:
            return self._api.get(name)
        except ScheduleNotFoundError:
            return None

    def _same_call(
        self, found: Mapping[str, Any], target: Mapping[str, Any], key: str | None, at: datetime | None
    ) -> ScheduledCall:
        """Existing call; KeyReusedError unless it equals the requested one, including its time if `at` is given."""
        name, fires_at = str(found["Name"]), at_instant(str(found["ScheduleExpression"]))
        lines = event_differences(target, found)
        if fires_at is None:
            lines.insert(0, f"it recurs there, {found['ScheduleExpression']}")
        elif at is not None and not whole_minute(at) <= fires_at <= fire_time(at, self._clock()):
            lines.insert(0, f"it fires at {fires_at.isoformat()} there and at {at.isoformat()} here")
        if lines:
            raise KeyReusedError(key or name, lines)
        return ScheduledCall(name, self.settings.schedule_arn(name), fires_at, key, created=key is None)


def _times(fires_at: datetime) -> dict[str, str]:
    return {"ScheduleExpression": at_expression(fires_at), "ScheduleExpressionTimezone": "UTC"}
