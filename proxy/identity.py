"""Identity of an event's run: its schedule and time, an application's key, or a person's act; and its run key."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from proxy.content import content_of
from proxy.fields import choice, members_of, optional_text, text, unsupported
from proxy.run import Act, Schedule
from schedule_client.contract.errors import TimeTextError
from schedule_client.contract.ledger import KEY_SORT
from schedule_client.contract.run_keys import call_run_key, fresh_run_key, key_mistake, run_key, template_run_key
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

# No schedule fires outside of these years, and there is room to add a window and an age to every moment in them.
_YEARS = range(1970, 9998)


def identity(event: Mapping[str, object], origin: str, request_id: str) -> dict[str, Any]:
    """Return the members of a Run that identify it. Raises RefusedError."""
    schedule, act, key = _schedule(event), _act(event), optional_text(event, "key")
    if schedule is None:
        if act is not None or key is not None:
            raise unsupported('"key", "replay" and "trigger" are only for events with a "schedule"')
        return {"key": template_run_key(request_id), "partition": f"{origin}#request", "sort": request_id}
    if key is not None and (mistake := key_mistake(key)):
        raise unsupported(f'"key": {mistake}')
    known = {"schedule": schedule, "act": act, "partition": f"{origin}#{schedule.arn}"}
    if act is not None and act.fresh:
        own = fresh_run_key(origin, schedule.arn, act.id)
        return {**known, "key": own, "sort": f"{schedule.time}#{act.id}"}
    if key is not None:
        content = None if act is not None and act.kind == "trigger" else content_of(event, schedule.arn, schedule.time)
        known |= {"key": call_run_key(origin, schedule.group, key), "sort": f"{KEY_SORT}{key}"}
        return {**known, "content": content, "caller_key": key}
    return {**known, "key": run_key(origin, schedule.arn, schedule.time), "sort": schedule.time}


def _schedule(event: Mapping[str, object]) -> Schedule | None:
    if "schedule" not in event:
        return None
    members = members_of(event["schedule"], frozenset(("name", "arn", "time")), '"schedule"')
    schedule = Schedule(*(text(members, key) for key in ("name", "arn", "time")))
    if not _name().fullmatch(schedule.name) or not _arn().fullmatch(schedule.arn):
        raise unsupported('"schedule" does not have the name and the ARN of a schedule')
    _instant(schedule.time, 'the "time" of "schedule"')
    return schedule


def _act(event: Mapping[str, object]) -> Act | None:
    if "replay" in event and "trigger" in event:
        raise unsupported('an event is a "replay" or a "trigger", not both')
    if "replay" in event:
        members = members_of(event["replay"], frozenset(("id", "at")), '"replay"')
        return Act("replay", *_of_person(members, "replay"))
    if "trigger" in event:
        members = members_of(event["trigger"], frozenset(("id", "at", "run")), '"trigger"')
        fresh = choice(members, "run", ("fresh", "own")) == "fresh"
        return Act("trigger", *_of_person(members, "trigger"), fresh)
    return None


def _of_person(members: Mapping[str, object], where: str) -> tuple[str, datetime]:
    named = text(members, "id")
    if not _id().fullmatch(named):
        raise unsupported(f'the "id" of "{where}" is not 1 to 64 letters, digits and hyphens')
    return named, _instant(text(members, "at"), f'the "at" of "{where}"')


def _instant(written: str, where: str) -> datetime:
    try:
        if _time().fullmatch(written) and (instant := read_instant(written)).year in _YEARS:
            return instant
    except TimeTextError:
        pass
    raise unsupported(f"{where} is not a UTC time like 2027-01-05T08:00:00Z")


@cache
def _name() -> re.Pattern[str]:
    return re.compile(r"[0-9A-Za-z_.-]{1,64}")


@cache
def _id() -> re.Pattern[str]:
    return re.compile(r"[0-9A-Za-z-]{1,64}")


@cache
def _arn() -> re.Pattern[str]:
    return re.compile(r"arn:[a-z-]+:scheduler:[a-z0-9-]+:[0-9]{12}:schedule/[0-9A-Za-z_.-]{1,64}/[0-9A-Za-z_.-]{1,64}")


@cache
def _time() -> re.Pattern[str]:
    return re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
