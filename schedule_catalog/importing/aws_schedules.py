"""The answers of `aws scheduler get-schedule` as jobs.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html
"""

from __future__ import annotations

import json
import shlex
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.expressions import ExpressionError, ZoneError, fires, instants, parse, zone
from schedule_catalog.importing.command import valid_name
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Job, Refused
from schedule_catalog.utc_time import utc_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schedule_catalog.importing.target import Targets

_EVENT = ("target_url", "method", "headers", "params", "body")
_EVENT_V1 = (*_EVENT, "v", "service", "path", "auth", "timeout_seconds", "retry", "overlap", "owner", "schedule")
_ENTRY_KEYS = ("timeout_seconds", "retry", "overlap")
_MINUTE = timedelta(minutes=1)
_LAST = datetime(2199, 12, 31, tzinfo=UTC)


def aws_jobs(text: str, targets: Targets, now: datetime) -> Iterator[Job | Refused]:
    """Yield the schedules of one or more JSON texts, each an answer, a list of them, or `{"Schedules": […]}`.

    Raises NotConvertibleError for no JSON.
    """
    for number, each in enumerate(_answers(text), 1):
        name = str(each.get("Name") or f"number {number}")
        try:
            yield _job(name, each, targets, now)
        except (NotConvertibleError, ExpressionError, ZoneError) as error:
            yield Refused(name, str(error))


def _answers(text: str) -> Iterator[Mapping[str, Any]]:
    decoder, at = json.JSONDecoder(), 0
    text = text.strip()
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise NotConvertibleError(f"this is no JSON: {error}") from None
        while text[at : at + 1].isspace():
            at += 1
        listed = cast("dict[str, Any]", value).get("Schedules", [value]) if isinstance(value, dict) else value
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in cast("list[Any]", listed)):
            raise NotConvertibleError("this is no answer of aws scheduler get-schedule")
        yield from cast("list[dict[str, Any]]", listed)


def _job(name: str, answer: Mapping[str, Any], targets: Targets, now: datetime) -> Job:
    if "ScheduleExpression" not in answer:
        group = str(answer.get("GroupName", "default"))
        command = shlex.join(("aws", "scheduler", "get-schedule", "--name", name, "--group-name", group))
        raise NotConvertibleError(f"list-schedules does not tell when it fires: import the output of {command}")
    expression, timezone = str(answer["ScheduleExpression"]), str(answer.get("ScheduleExpressionTimezone") or "UTC")
    parsed, _ = parse(expression), zone(timezone)
    timing = parsed.text[len(parsed.kind) + 1 : -1]
    values, notes = _values(answer, name, targets)
    start, end = _instant(answer.get("StartDate")), _instant(answer.get("EndDate"))
    if parsed.kind == "at":
        start = end = None
        timing = timing[:16]
    elif parsed.kind == "rate":
        timezone = "UTC"
        notes += [] if start else ["a rate without a start counts from when it is made: this one starts anew"]
    elif start and start <= now:
        start = None
    if end and end <= now:
        raise NotConvertibleError("it has ended already: there is nothing to import")
    values |= _bounds(start, end, timezone, parsed.kind)
    if timezone != "UTC" or (parsed.kind == "rate" and (start or end)):
        values["timezone"] = timezone
    if answer.get("ActionAfterCompletion") == "DELETE":
        notes.append("AWS deleted it after its last call; here the next deployment does")
    source = partial(_fires, expression, timezone, start, end)
    return Job(name, valid_name(name), ({parsed.kind: timing},), values, tuple(notes), source, walls=False)


def _fires(
    expression: str, timezone: str, first: datetime | None, last: datetime | None, now: datetime
) -> Iterator[datetime]:
    """By AWS's rules: on or after StartDate, on or before EndDate; a rate counts from StartDate."""
    begin = max(now, first) if first else now
    return fires(expression, timezone, begin, last + timedelta(seconds=1) if last else _LAST, first)


def _bounds(start: datetime | None, end: datetime | None, timezone: str, kind: str) -> dict[str, str]:
    """`start` and `end` in local time; our `end` is the first minute that does not count, AWS's the last that does."""
    bounds: dict[str, str] = {}
    if start:
        if kind == "rate" and start.second:
            raise NotConvertibleError("its StartDate has seconds, and intervals here start on the minute")
        up = start if not start.second else start.replace(second=0) + _MINUTE
        bounds["start"] = _wall(up, timezone)
    if end:
        bounds["end"] = _wall(end.replace(second=0) + _MINUTE, timezone)
    return bounds


def _wall(instant: datetime, timezone: str) -> str:
    wall = instant.astimezone(zone(timezone)).replace(tzinfo=None, fold=0)
    if instants(wall, timezone) != (instant,):
        raise NotConvertibleError(
            f"its start or end, {instant:%Y-%m-%d %H:%M} UTC, is no single local time in {timezone}"
        )
    return f"{wall:%Y-%m-%dT%H:%M}"


def _instant(value: Any) -> datetime | None:
    """AWS's CLI writes ISO 8601, older ones seconds since 1970."""
    if value is None:
        return None
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC).replace(microsecond=0)
        return utc_time(str(value)).replace(microsecond=0)
    except (ValueError, OverflowError, OSError):
        raise NotConvertibleError("its StartDate or EndDate is no time") from None


def _values(answer: Mapping[str, Any], name: str, targets: Targets) -> tuple[dict[str, Any], list[str]]:
    values, notes = _request(_mapping(answer.get("Target")), name, targets)
    window = _mapping(answer.get("FlexibleTimeWindow"))
    if window.get("Mode") == "FLEXIBLE":
        values["flexible_window_minutes"] = window.get("MaximumWindowInMinutes")
    if answer.get("State") == "DISABLED":
        values["enabled"] = False
    if answer.get("Description"):
        values["description"] = answer["Description"]
    return values, notes


def _request(target: Mapping[str, Any], name: str, targets: Targets) -> tuple[dict[str, Any], list[str]]:
    event = _event(str(target.get("Input", "")))
    if event is None:
        request = targets.instead(valid_name(name))
        if request is None:
            service = str(target.get("Arn", "")).split(":")[2:3] or ["something"]
            raise NotConvertibleError(
                f"its target ({service[0]}) is given an Input that is no request: make it an endpoint, and name that "
                "with --url https://…/{name}"
            )
        return {"request": request}, ["calls the endpoint given by --url instead of its target"]
    url = event.get("target_url")
    address = targets.place(str(url)) if url else {"service": event.get("service"), "path": event.get("path")}
    headers, auth, notes = targets.split(_headers(event), str(url or ""))
    if auth and event.get("auth"):
        raise NotConvertibleError("it sends two credentials, and an entry has one")
    request = {
        "method": event.get("method", "POST"), **address, "params": event.get("params"), "headers": headers,
        "auth": event.get("auth") or auth, "body": event.get("body"),
    }  # fmt: skip
    values: dict[str, Any] = {key: event[key] for key in _ENTRY_KEYS if key in event}
    values["request"] = {key: value for key, value in request.items() if value not in (None, {})}
    return values, notes


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    headers = _mapping(event.get("headers"))
    if not all(isinstance(value, str) for value in headers.values()):
        raise NotConvertibleError("a header of its request is no text")
    return headers


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _event(text: str) -> dict[str, Any] | None:
    """The request in an Input: of our form, or of the template's."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    event = cast("dict[str, Any]", value)
    known = _EVENT_V1 if event.get("v") == 1 else _EVENT
    return event if ("target_url" in event or "service" in event) and set(event) <= set(known) else None
