"""Entries from a draft without errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from schedule_catalog.entry import Entry
from schedule_catalog.timing import Pause, Timing
from schedule_catalog.wall_time import wall_time
from schedule_client.contract.records import replace
from schedule_client.contract.request import Auth, Request, Retry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from schedule_catalog.calendars import Calendars
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.expressions import Expression
    from schedule_client.contract.exclusions import UtcCalendar


Readers: TypeAlias = "Callable[[Draft], bool]"
"""Whether the request of a draft's entries is read; a tenth of a check is making and sending requests."""


def every_request(_: Draft) -> bool:
    """Tell that all requests are read."""
    return True


def no_request(_: Draft) -> bool:
    """Tell that no request is read: only names, positions and fires are."""
    return False


def entries(draft: Draft, calendars: Calendars, readers: Readers = every_request) -> tuple[Entry, ...]:
    """Return one entry for each stack of the draft's variant, or one for all stacks.

    If a freeze of some stack counts, every known stack has its own entry. A request that nobody reads has only its age.
    """
    if draft.kind is None or draft.expression is None:
        return ()
    place = draft.document.key_place(("schedules", draft.name))
    values, request = draft.values, request_of(draft) if readers(draft) else _unread(_age(draft))
    timing = _timing(draft, draft.expression, calendars)
    return tuple(
        Entry(
            name=draft.name,
            owner=draft.owner,
            stack=stack,
            place=place,
            timing=replace(timing, freezes=freezes) if freezes else timing,
            description=values.get("description"),
            overlap=values.get("overlap", "allow"),
            accept=values.get("accept") or {},
            metrics=values.get("metrics"),
            labels=values.get("labels") or {},
            runbook=values.get("runbook"),
            request=request,
            fires_in_freezes=values.get("fires_in_freezes"),
        )
        for stack, freezes in _stacks(draft, timing, calendars)
    )


def _stacks(draft: Draft, timing: Timing, calendars: Calendars) -> Iterator[tuple[str | None, tuple[UtcCalendar, ...]]]:
    """The stacks, with the freezes that count for the entry there."""
    if timing.fires_once or "fires_in_freezes" in draft.values:
        yield from ((stack, ()) for stack in (draft.variant.stacks or (None,)))
    elif draft.variant.stacks is not None:
        yield from ((stack, calendars.freezes_of(stack)) for stack in draft.variant.stacks)
    elif any(calendars.freezes.values()) and any(found := [calendars.freezes_of(each) for each in calendars.freezes]):
        yield from zip(calendars.freezes, found, strict=True)
    else:
        yield None, ()


def _timing(draft: Draft, expression: Expression, calendars: Calendars) -> Timing:
    values = draft.values
    pause = values.get("pause")
    not_on = () if draft.kind == "at" else values.get("not_on") or ()
    return Timing(
        expression=expression.text,
        timezone=draft.timezone,
        enabled=values.get("enabled", True),
        start=_wall(values.get("start")),
        end=_wall(values.get("end")),
        flexible_window_minutes=_whole(values.get("flexible_window_minutes")),
        pause=Pause(wall_time(pause["until"]), pause["reason"]) if pause else None,
        not_on=calendars.of_entry(not_on, draft.timezone) if not_on else (),
        freezes=(),
    )


def _wall(text: str | None) -> datetime | None:
    return wall_time(text) if text else None


def request_of(draft: Draft) -> Request:
    """Return the request of a draft's entries, which share it."""
    values, request = draft.values, draft.request
    return Request(
        url=request.get("url"),
        service=request.get("service"),
        path=request.get("path"),
        method=request.get("method", "POST"),
        headers=request.get("headers") or {},
        params=request.get("params") or {},
        body=request.get("body"),
        form=request.get("form"),
        text=request.get("text"),
        auth=_auth(request.get("auth")),
        timeout_seconds=_whole(values.get("timeout_seconds")),
        retry=Retry(_whole(_retry(draft).get("max_attempts")), _age(draft)),
        overlap=values.get("overlap", "allow"),
        owner=draft.owner,
        flexible_window_minutes=_whole(values.get("flexible_window_minutes")),
        labels=values.get("labels") or {},
        metrics=values.get("metrics"),
        runbook=values.get("runbook"),
    )


def _auth(auth: Mapping[str, Any] | None) -> Auth | None:
    return Auth(auth["type"], auth.get("secret"), auth.get("name"), auth.get("client")) if auth else None


def _retry(draft: Draft) -> Mapping[str, Any]:
    return draft.values.get("retry") or {}


@cache
def _unread(age: int) -> Request:
    return Request(retry=Retry(None, age))


def _age(draft: Draft) -> int:
    """Time to retry a call, in minutes; by default until the next fire, at most an hour."""
    if given := _retry(draft).get("max_age_minutes"):
        return int(given)
    gap = draft.expression.shortest_gap if draft.expression else None
    return 60 if gap is None else max(1, min(60, int(gap.total_seconds()) // 60))


def _whole(number: float | None) -> int | None:
    """Integer of a value: JSON Schema counts 5.0 as an integer."""
    return None if number is None else int(number)
