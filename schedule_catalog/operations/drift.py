"""Comparison of an entry with its schedule in AWS."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_catalog.deployment.arguments import ScheduleArguments
    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.schedules import FoundSchedule

ABSENT = "(none)"
MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """Field of a schedule that differs from the catalog; both values as text."""

    field: str
    wanted: str
    found: str


def differences(wanted: ScheduleArguments, found: FoundSchedule, stack: Deployed, role: str) -> tuple[Difference, ...]:
    """Return the fields that a person, or an older catalog, has changed in AWS.

    role: name of the catalog's execution role. No update changes a one-time schedule whose time has come, so it has no
    differences; a past `start` is no longer sent, so one in AWS counts as absent.
    """
    if wanted.frozen:
        return ()
    pairs: tuple[tuple[str, object, object], ...] = (
        ("expression", wanted.expression, found.expression),
        ("timezone", wanted.timezone, found.timezone),
        ("start", wanted.start_date, None if wanted.start_date is None else _written(found.start)),
        ("end", wanted.end_date, _written(found.end)),
        ("state", wanted.state, "ENABLED" if found.enabled else "DISABLED"),
        ("description", wanted.description, found.description),
        ("flexible_window_minutes", wanted.flexible_window_minutes, found.window_minutes),
        ("after_completion", "NONE", found.after_completion),
        ("target", stack.manifest.aliases["catalog"], found.target),
        ("role", role, found.role.rpartition("/")[2]),
        ("scheduler max_retries", wanted.max_retries, found.max_retries),
        ("scheduler max_age_seconds", wanted.max_age_seconds, found.max_age_seconds),
        (
            "dead-letter queue",
            _queue_name(stack.manifest.scheduler_dlq_url),
            (found.dead_letters or "").rpartition(":")[2],
        ),
    )
    plain = [Difference(field, _shown(before), _shown(after)) for field, before, after in pairs if before != after]
    return (*plain, *_inputs(wanted.input, found.input))


def _inputs(wanted: str, found: str) -> tuple[Difference, ...]:
    """Members of the request that differ; an unreadable text is one value."""
    if wanted == found:
        return ()
    try:
        differing = list(_members("request", json.loads(wanted), json.loads(found)))
    except (ValueError, RecursionError):
        return (Difference("request", _shown(wanted), _shown(found)),)
    if not differing:
        return (Difference("request", "as in this catalog", "the same, in another notation"),)
    more = len(differing) - MOST_FIELDS
    rest = [Difference("request", ABSENT, f"and {more} more")] if more > 0 else []
    return (*differing[:MOST_FIELDS], *rest)


def _members(path: str, wanted: object, found: object) -> Iterator[Difference]:
    if isinstance(wanted, dict) and isinstance(found, dict):
        before, after = cast("dict[str, object]", wanted), cast("dict[str, object]", found)
        for key in (*before, *(key for key in after if key not in before)):
            yield from _members(f"{path}.{key}", before.get(key, _GONE), after.get(key, _GONE))
        return
    before_text, after_text = _shown(cast("object", wanted)), _shown(found)
    if wanted != found or before_text != after_text:
        yield Difference(path, before_text, after_text)


def _shown(value: object) -> str:
    if value is None or value is _GONE or value == "":
        return ABSENT
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _written(instant: datetime | None) -> str | None:
    return wire_time(instant) if instant else None


def _queue_name(url: str) -> str:
    return url.rpartition("/")[2]


_GONE = object()
