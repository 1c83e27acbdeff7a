"""Fields in which two entries differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schedule_catalog.wall_time import wall_text
from schedule_catalog.wording import counted
from schedule_client.contract.records import frozen, member_names

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry
    from schedule_catalog.timing import Timing
    from schedule_client.contract.exclusions import UtcCalendar

# Identity of the entry, and its copies in the request.
_APART = frozenset(("name", "stack", "place", "request"))
_REPEATED = frozenset(
    ("owner", "overlap", "timeout_seconds", "retry", "flexible_window_minutes", "labels", "metrics", "runbook")
)


@frozen
class FieldChange:
    """One field, as a path with dots; None if a side lacks it."""

    path: str
    before: Any
    after: Any


def field_changes(before: Entry, after: Entry) -> tuple[FieldChange, ...]:
    """Return the fields that differ, in the order of a catalog file; a list counts as one value."""
    old, new = dict(_flat(before)), dict(_flat(after))
    return tuple(
        FieldChange(".".join(path), old.get(path), new.get(path))
        for path in dict.fromkeys((*old, *new))
        if _typed(old.get(path)) != _typed(new.get(path))
    )


def _flat(entry: Entry) -> Iterator[tuple[tuple[str, ...], Any]]:
    kind, _, rest = entry.timing.expression.partition("(")
    yield (kind,), rest.removesuffix(")")
    for name in member_names(type(entry)):
        if name == "timing":
            yield from _of_timing(entry.timing)
        elif name not in _APART:
            yield from _leaves((name,), getattr(entry, name))
    request = entry.request
    yield from _leaves(("timeout_seconds",), request.timeout_seconds)
    yield from _leaves(("retry",), _record(request.retry))
    for name in member_names(type(request)):
        if name not in _REPEATED:
            value = getattr(request, name)
            yield from _leaves(("request", name), _record(value) if name == "auth" else value)


def _of_timing(timing: Timing) -> Iterator[tuple[tuple[str, ...], Any]]:
    calendars = {"not_on": timing.not_on, "freezes": timing.freezes}
    members = {**(_record(timing) or {}), "pause": _record(timing.pause), "expression": None}
    yield from _leaves((), members | {key: [each.title for each in named] or None for key, named in calendars.items()})
    for calendar in (*timing.not_on, *timing.freezes):
        yield ("calendars", calendar.name), _dates(calendar)


def _dates(calendar: UtcCalendar) -> str:
    days = round(sum(until - since for since, until, _ in calendar.intervals) / 86_400, 1)
    return f"{counted(len(calendar.intervals), 'period')}, {days:g} {'day' if days == 1 else 'days'}"


def _leaves(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield from _leaves((*path, str(key)), inner)  # pyright: ignore[reportUnknownArgumentType]
    elif value is not None and value != {}:
        yield path, wall_text(value) if isinstance(value, datetime) else value


def _record(value: Any) -> dict[str, Any] | None:
    return None if value is None else {name: getattr(value, name) for name in member_names(value.__class__)}


def _typed(value: Any) -> str:
    """Value with its type: True and 1 are two values, and so are 1 and 1.0 in JSON text."""
    return repr(value)
