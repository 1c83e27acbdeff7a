"""Output of `aws scheduler get-schedule` as jobs.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html
"""

from __future__ import annotations

import shlex
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.expressions import Rate, ZoneError, cron_of_rate, fires, instants, parse, zone
from schedule_catalog.importing.aws_expression import written
from schedule_catalog.importing.aws_target import target_call
from schedule_catalog.importing.command import valid_name
from schedule_catalog.importing.content import Content, at, text_at
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Job, Note, Refused
from schedule_catalog.importing.secrecy import looks_secret
from schedule_catalog.importing.source import UTC_NAMES, SourceKind
from schedule_catalog.utc_time import utc_time
from schedule_catalog.wall_time import wall_text
from schedule_catalog.wording import utc_minute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schedule_catalog.importing.source import ImportContext

_MINUTE = timedelta(minutes=1)
_LAST = datetime(2199, 12, 31, tzinfo=UTC)


def is_schedules(content: Content) -> bool:
    """Return whether the content has responses of EventBridge Scheduler, and no rules."""
    found = [_unlisted(value) for value in content.readable] if content.is_json else []
    return any(_is_schedule(each) for listed in found for each in listed)


def aws_jobs(content: Content, reading: ImportContext) -> Iterator[Job | Refused]:
    """Yield the schedules of one or more JSON texts, each a response, a list of them, or `{"Schedules": […]}`."""
    for value in content.values:
        for number, each in enumerate(_unlisted(value), 1):
            yield schedule_job(text_at(each, "Name") or f"number {number}", each, reading)


AWS = SourceKind("aws", "schedules of EventBridge Scheduler", is_schedules, aws_jobs)


def schedule_job(name: str, answer: Mapping[str, Any], reading: ImportContext, origin: str = "") -> Job | Refused:
    """Return one schedule in the form of the API."""
    origin = origin or f"schedule {name}"
    try:
        return _job(origin, name, answer, reading)
    except (NotConvertibleError, ZoneError) as error:
        return Refused(origin, str(error))


def _unlisted(value: Any) -> list[dict[str, Any]]:
    listed = cast("dict[str, Any]", value).get("Schedules", [value]) if isinstance(value, dict) else value
    every = cast("list[Any]", listed) if isinstance(listed, list) else []
    return [cast("dict[str, Any]", each) for each in every if isinstance(each, dict)]


def _is_schedule(answer: Mapping[str, Any]) -> bool:
    listed = ":schedule/" in text_at(answer, "Arn") or isinstance(answer.get("GroupName"), str)
    whole = "ScheduleExpression" in answer and ("Target" in answer or "FlexibleTimeWindow" in answer)
    return "Name" in answer and (listed or whole)


def _job(origin: str, name: str, answer: Mapping[str, Any], reading: ImportContext) -> Job:
    if "ScheduleExpression" not in answer:
        raise NotConvertibleError(_ask(answer))
    timing = written(str(answer["ScheduleExpression"]))
    timezone = str(answer.get("ScheduleExpressionTimezone") or "UTC")
    timezone = "UTC" if timezone in UTC_NAMES else timezone
    zone(timezone)
    call = target_call(at(answer, "Target"), reading.targets)
    values, notes = dict(call.values), list(call.notes)
    start, end = _instant(answer.get("StartDate")), _instant(answer.get("EndDate"))
    if timing.kind == "at":
        start = end = None
    elif timing.kind == "rate":
        timezone = "UTC"
        if start and start <= reading.now and not cron_of_rate(cast("Rate", parse(timing.source)).interval, start):
            start = None
            notes.append(Note("changed", "no cron keeps this interval after its start: this one restarts"))
        elif not start:
            notes.append(Note("changed", "a rate without a start counts from its creation: this one restarts"))
    elif start and start <= reading.now:
        start = None
    if end and end <= reading.now:
        raise NotConvertibleError("it has ended: there is nothing to import")
    values |= {**_rest(answer), **_bounds(start, end, timezone, timing.kind)}
    if timezone != "UTC" or (timing.kind == "rate" and (start or end)):
        values["timezone"] = timezone
    if answer.get("ActionAfterCompletion") == "DELETE":
        notes.append(Note("note", "AWS deleted it after its last call; here the next deployment does"))
    source = partial(_fires, timing.source, timezone, start, end)
    return Job(
        origin, valid_name(name), ({timing.kind: timing.text},), values, tuple(notes), source, walls=False,
        generated=call.generated, owner=call.owner,
    )  # fmt: skip


def _ask(answer: Mapping[str, Any]) -> str:
    name, group = text_at(answer, "Name") or "NAME", text_at(answer, "GroupName") or "default"
    command = shlex.join(("aws", "scheduler", "get-schedule", "--name", name, "--group-name", group))
    return f"list-schedules does not show timings: import the output of {command}"


def _rest(answer: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    window, description = at(answer, "FlexibleTimeWindow"), text_at(answer, "Description")
    if window.get("Mode") == "FLEXIBLE":
        values["flexible_window_minutes"] = window.get("MaximumWindowInMinutes")
    if answer.get("State") == "DISABLED":
        values["enabled"] = False
    if description and not looks_secret(description):
        values["description"] = description
    return values


def _fires(
    expression: str, timezone: str, first: datetime | None, last: datetime | None, now: datetime
) -> Iterator[datetime]:
    """Fires by AWS's rules: on or after StartDate, on or before EndDate; a rate counts from StartDate."""
    begin = max(now, first) if first else now
    return fires(expression, timezone, begin, last + timedelta(seconds=1) if last else _LAST, first)


def _bounds(start: datetime | None, end: datetime | None, timezone: str, kind: str) -> dict[str, str]:
    """`start` and `end` in local time; our `end` is the first minute that does not count, AWS's the last that does."""
    bounds: dict[str, str] = {}
    if start:
        if kind == "rate" and start.second:
            raise NotConvertibleError("its StartDate has seconds, but intervals here start on the minute")
        up = start if not start.second else start.replace(second=0) + _MINUTE
        bounds["start"] = _wall(up, timezone)
    if end:
        bounds["end"] = _wall(end.replace(second=0) + _MINUTE, timezone)
    return bounds


def _wall(instant: datetime, timezone: str) -> str:
    wall = instant.astimezone(zone(timezone)).replace(tzinfo=None, fold=0)
    if instants(wall, timezone) != (instant,):
        raise NotConvertibleError(f"its start or end, {utc_minute(instant)}, is not a single local time in {timezone}")
    return wall_text(wall)


def _instant(value: Any) -> datetime | None:
    """Instant of a text: AWS's CLI writes ISO 8601, older versions seconds since 1970."""
    if value in (None, ""):
        return None
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC).replace(microsecond=0)
        return utc_time(str(value)).replace(microsecond=0)
    except (ValueError, OverflowError, OSError):
        raise NotConvertibleError("its StartDate or EndDate is not a time") from None
