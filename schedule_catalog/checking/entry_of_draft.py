"""Entries from a draft without errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schedule_catalog.entry import Entry
from schedule_catalog.timing import Pause, Timing
from schedule_catalog.wall_time import wall_time
from schedule_client.contract import Auth, Request, Retry
from schedule_client.contract.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from schedule_catalog.calendars import Calendars
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.expressions import Expression
    from schedule_client.contract import UtcCalendar


def entries(draft: Draft, calendars: Calendars) -> tuple[Entry, ...]:
    """Return one entry for each stack of the draft's variant, or one for all stacks.

    If a freeze of some stack counts, every known stack has its own entry.
    """
    if draft.kind is None or draft.expression is None:
        return ()
    place = draft.document.key_place(("schedules", draft.name))
    values, request = draft.values, _request(draft, draft.expression)
    timing = _timing(draft, draft.expression, calendars)
    return tuple(
        Entry(
            name=draft.name,
            owner=draft.owner,
            stack=stack,
            place=place,
            timing=replace(timing, freezes=freezes) if freezes else timing,
            description=values.get("description"),
            overlap=request.overlap,
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


def _request(draft: Draft, expression: Expression) -> Request:
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
        retry=_retry(values.get("retry") or {}, expression),
        overlap=values.get("overlap", "allow"),
        owner=draft.owner,
        flexible_window_minutes=_whole(values.get("flexible_window_minutes")),
        labels=values.get("labels") or {},
        metrics=values.get("metrics"),
        runbook=values.get("runbook"),
    )


def _auth(auth: Mapping[str, Any] | None) -> Auth | None:
    return Auth(auth["type"], auth.get("secret"), auth.get("name"), auth.get("client")) if auth else None


def _retry(retry: Mapping[str, Any], expression: Expression) -> Retry:
    return Retry(_whole(retry.get("max_attempts")), _whole(retry.get("max_age_minutes")) or _age_minutes(expression))


def _whole(number: float | None) -> int | None:
    """Integer of a value: JSON Schema counts 5.0 as an integer."""
    return None if number is None else int(number)


def _age_minutes(expression: Expression) -> int:
    """Default time to retry a call: until the next fire, at most an hour."""
    gap = expression.shortest_gap
    return 60 if gap is None else max(1, min(60, int(gap.total_seconds()) // 60))
