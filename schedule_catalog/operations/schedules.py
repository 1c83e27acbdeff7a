"""Schedules in AWS, read through EventBridge Scheduler's API."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.expressions import ExpressionError, ZoneError, parse, zone
from schedule_catalog.operations.concurrency import answers
from schedule_catalog.operations.translation import asking, code_of
from schedule_catalog.timing import LAST, Timing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from schedule_catalog.entry import Entry
    from schedule_catalog.operations.deployed import Deployed

PAGE = 100
_EVERYTHING = 10_000


@dataclass(frozen=True, slots=True)
class ScheduleSummary:
    """Result of ListSchedules for a schedule; `modified` is its creation if it was never changed. Instants are UTC."""

    name: str
    arn: str
    enabled: bool
    created: datetime
    modified: datetime


@dataclass(frozen=True, slots=True)
class FoundSchedule:
    """Result of GetSchedule for a schedule; None for absent values, instants in UTC.

    target, role, dead_letters: ARNs.
    max_retries, max_age_seconds: EventBridge Scheduler's own, for handing the event to Lambda.
    https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html
    """

    name: str
    group: str
    arn: str
    created: datetime
    modified: datetime
    expression: str
    timezone: str
    start: datetime | None
    end: datetime | None
    enabled: bool
    description: str | None
    window_minutes: int | None
    after_completion: str
    target: str
    role: str
    input: str
    max_retries: int | None
    max_age_seconds: int | None
    dead_letters: str | None

    @property
    def fires_are_known(self) -> bool:
        """Whether its fires follow from the data in AWS: all but those of a rate without a StartDate."""
        return self.start is not None or self.timing.interval is None

    @property
    def event(self) -> Mapping[str, object]:
        """The request in its Input; empty if it is not ours."""
        try:
            event: object = json.loads(self.input)
        except (ValueError, RecursionError):
            return {}
        return cast("dict[str, object]", event) if isinstance(event, dict) else {}

    @property
    def is_readable(self) -> bool:
        """Whether this program knows its expression and its time zone, which it does of all that it has sent."""
        try:
            parse(self.expression)
            zone(self.timezone)
        except (ExpressionError, ZoneError):
            return False
        return True

    @property
    def timing(self) -> Timing:
        """Its timing: EndDate is the last second that counts, and AWS ignores the bounds of a one-time schedule.

        One that is not readable counts as disabled: nothing is promised of it.
        """
        if not self.is_readable:
            return replace(Timing.of("at(1970-01-01T00:00:00)"), enabled=False)
        plain = Timing.of(self.expression, self.timezone)
        state = replace(plain, enabled=self.enabled, flexible_window_minutes=self.window_minutes)
        last = self.end + timedelta(seconds=1) if self.end else None
        return state if plain.fires_once else replace(state, start=self.start, end=last)

    def upcoming(self, entry: Entry | None, now: datetime, count: int) -> tuple[datetime, ...]:
        """Return its first *count* fires from now on, but for those that its entry leaves out; none if unknown."""
        if not self.fires_are_known:
            return ()
        return tuple(islice(self.timing_like(entry).fires(now, LAST, self.start), count))

    def counts_from(self, newest: datetime | None) -> datetime | None:
        """Return the instant from which a rate counts: its StartDate, or else its *newest* fire, if that is known."""
        return self.start or newest

    def timing_like(self, entry: Entry | None) -> Timing:
        """Return its timing without the fires that the proxy skips because its entry leaves them out."""
        return self.timing.leaving_out_like(entry.timing) if entry else self.timing


def list_schedules(stack: Deployed, group: str, most: int | None = None) -> list[ScheduleSummary]:
    """Return the schedules of a group, at most *most*: a group may have a million."""
    client = stack.clients.client("scheduler")
    with asking("scheduler:ListSchedules", group):
        return [_listed(item) for item in islice(_items(client, group), most)]


def get_schedule(stack: Deployed, group: str, name: str) -> FoundSchedule | None:
    """Return one schedule, or None."""
    client = stack.clients.client("scheduler")
    with asking("scheduler:GetSchedule", stack.schedule_arn(group, name)):
        try:
            return _found(client.get_schedule(GroupName=group, Name=name))
        except Exception as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            return None


def get_schedules(stack: Deployed, group: str, names: Iterable[str]) -> dict[str, FoundSchedule]:
    """Return the existing ones of these schedules by name, with concurrent requests."""
    found = answers(partial(get_schedule, stack, group), names)
    return {each.name: each for each in found if each is not None}


def _items(client: Any, group: str) -> Iterator[Mapping[str, Any]]:
    token: dict[str, str] = {}
    while True:
        page = client.list_schedules(GroupName=group, MaxResults=PAGE, **token)
        items = page["Schedules"]
        if len(items) == PAGE and "NextToken" not in page and not token:
            items = _at_once(client, group) or items
        yield from items
        if "NextToken" not in page:
            return
        token = {"NextToken": page["NextToken"]}


def _at_once(client: Any, group: str) -> list[Mapping[str, Any]]:
    """Page of the whole list: an emulator may omit the token after a full page; AWS refuses a page of this size."""
    try:
        return client.list_schedules(GroupName=group, MaxResults=_EVERYTHING)["Schedules"]
    except Exception as error:
        if code_of(error) != "ValidationException":
            raise
        return []


def _listed(item: Mapping[str, Any]) -> ScheduleSummary:
    return ScheduleSummary(
        name=item["Name"],
        arn=item["Arn"],
        enabled=item["State"] == "ENABLED",
        created=item["CreationDate"].astimezone(UTC),
        modified=item["LastModificationDate"].astimezone(UTC),
    )


def _found(answer: Mapping[str, Any]) -> FoundSchedule:
    target: Mapping[str, Any] = answer.get("Target", {})
    policy: Mapping[str, Any] = target.get("RetryPolicy", {})
    return FoundSchedule(
        name=answer["Name"],
        group=answer["GroupName"],
        arn=answer["Arn"],
        created=answer["CreationDate"].astimezone(UTC),
        modified=answer["LastModificationDate"].astimezone(UTC),
        expression=answer["ScheduleExpression"],
        timezone=answer.get("ScheduleExpressionTimezone") or "UTC",
        start=_utc(answer.get("StartDate")),
        end=_utc(answer.get("EndDate")),
        enabled=answer.get("State", "ENABLED") == "ENABLED",
        description=answer.get("Description") or None,
        window_minutes=answer.get("FlexibleTimeWindow", {}).get("MaximumWindowInMinutes"),
        after_completion=answer.get("ActionAfterCompletion", "NONE"),
        target=target.get("Arn", ""),
        role=target.get("RoleArn", ""),
        input=target.get("Input", ""),
        max_retries=policy.get("MaximumRetryAttempts"),
        max_age_seconds=policy.get("MaximumEventAgeInSeconds"),
        dead_letters=target.get("DeadLetterConfig", {}).get("Arn"),
    )


def _utc(instant: datetime | None) -> datetime | None:
    """Boto3 returns instants in the machine's zone, whose clock changes would move what is counted from them."""
    return instant.astimezone(UTC) if instant else None
