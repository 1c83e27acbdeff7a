"""Arguments of EventBridge Scheduler's CreateSchedule for an entry."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from schedule_client.contract.event import input_text
from schedule_client.contract.records import frozen
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings

# All arguments of a schedule, by Pulumi's names.
_ALL = (
    "description",
    "endDate",
    "flexibleTimeWindow",
    "scheduleExpression",
    "scheduleExpressionTimezone",
    "startDate",
    "state",
    "target",
)


@frozen
class ScheduleArguments:
    """Arguments of CreateSchedule for one entry.

    start_date, end_date: UTC, RFC 3339; `end_date` is the last second that counts, an entry's `end` the first after it.
    state: ENABLED or DISABLED.
    input: JSON text for the proxy, with Scheduler's context attributes in it.
    max_retries, max_age_seconds: RetryPolicy, for passing the event to Lambda.
    frozen: arguments that an update must not change, by Pulumi's names.

    https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
    """

    name: str
    expression: str
    timezone: str
    start_date: str | None
    end_date: str | None
    state: str
    description: str | None
    flexible_window_minutes: int | None
    input: str
    max_retries: int
    max_age_seconds: int
    frozen: tuple[str, ...] = ()


def schedule_arguments(entry: Entry, now: datetime, settings: Settings) -> ScheduleArguments | None:
    """Return the arguments of *entry* at *now*; None if it is finished and its schedule must be deleted.

    A past `start` is omitted: EventBridge Scheduler refuses one older than five minutes. A rate that it anchors is
    sent as a cron, if one has its fires. A one-time entry whose time has passed keeps its schedule whatever is edited,
    since an update would send the past time.
    """
    if entry.finished(now, settings.scheduler.max_age_minutes):
        return None
    timing = entry.timing.sent()
    starts, ends = timing.begins(now), timing.ends
    return ScheduleArguments(
        name=entry.name,
        expression=timing.expression,
        timezone=timing.timezone,
        start_date=wire_time(starts) if starts else None,
        end_date=wire_time(ends - timedelta(seconds=1)) if ends else None,
        state="DISABLED" if timing.off else "ENABLED",
        description=entry.description,
        flexible_window_minutes=timing.flexible_window_minutes,
        input=input_text(entry.event),
        max_retries=settings.scheduler.max_retries,
        max_age_seconds=settings.scheduler.max_age_minutes * 60,
        frozen=_ALL if timing.fires_once and timing.expired(now) else (),
    )
