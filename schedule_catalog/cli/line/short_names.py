"""Short names of undelivered calls: the beginnings of their identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schedule_catalog.operations import UndeliveredCall

_SHORTEST = 8


def short_names(calls: Sequence[UndeliveredCall]) -> dict[str, str]:
    """Return the shortest unique beginning of each identifier, at least eight characters."""
    ordered = sorted(call.identifier for call in calls)
    names: dict[str, str] = {}
    for number, identifier in enumerate(ordered):
        beside = (*ordered[max(0, number - 1) : number], *ordered[number + 1 : number + 2])
        names[identifier] = identifier[: max([_SHORTEST, *(_alike(identifier, other) + 1 for other in beside)])]
    return names


def chosen(calls: Sequence[UndeliveredCall], given: Sequence[str]) -> list[UndeliveredCall]:
    """Return the calls whose identifiers begin with *names*; UsageError for a name that matches none, or several."""
    return [_one(calls, name) for name in dict.fromkeys(given)]


def _one(calls: Sequence[UndeliveredCall], name: str) -> UndeliveredCall:
    found = [call for call in calls if name and call.identifier.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f'"{name}" matches {len(found)} IDs: write more of it')
    raise UsageError(f'no undelivered call "{name}": run "schedules undelivered list"')


def _alike(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((count for count, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
