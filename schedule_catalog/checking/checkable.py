"""Parts of a file that can still be checked when others are malformed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.checking.stacks import Values
    from schedule_catalog.document import Document, Pointer
    from schedule_catalog.problem import Problem

Spot: TypeAlias = tuple[int, int]


@frozen
class Sound:
    """A file without the members that have a problem.

    owner: empty when it is missing or invalid.
    entries: name, keys, and whether some of them, or some defaults, were left out.
    """

    owner: str
    defaults: Values
    entries: tuple[tuple[str, Values, bool], ...]


def sound(document: Document, problems: Collection[Problem]) -> Sound:
    """Return the parts of a readable *document* that have no structural *problems*."""
    content = _mapping(document.value)
    if not problems:
        whole = tuple((name, entry, False) for name, entry in content["schedules"].items())
        return Sound(content["owner"], content.get("defaults") or {}, whole)
    within = members(document, (), content, sorted(_inside(document, problems)))
    owner = content.get("owner")
    defaults = _mapping(content.get("defaults"))
    entries = _entries(document, _mapping(content.get("schedules")), within)
    return Sound(
        owner if isinstance(owner, str) and not within.get("owner") else "",
        _pruned(document, ("defaults",), defaults, within.get("defaults", [])),
        tuple((name, entry, partial or bool(within.get("defaults"))) for name, entry, partial in entries),
    )


def _inside(document: Document, problems: Iterable[Problem]) -> Iterator[Spot]:
    """Spots without those of keys that the file itself lacks: they point at its first key, which is not at fault."""
    root = document.value_place(())
    for problem in problems:
        if problem.rule != "missing-key" or (problem.line, problem.column) != (root.line, root.column):
            yield problem.line, problem.column


def _entries(
    document: Document, schedules: Values, within: Mapping[str, list[Spot]]
) -> Iterator[tuple[str, Values, bool]]:
    inside = members(document, ("schedules",), schedules, within.get("schedules", []))
    for name, entry in schedules.items():
        spots = inside.get(name, [])
        if isinstance(entry, dict):
            yield name, _pruned(document, ("schedules", name), _mapping(entry), spots), bool(spots)
        else:
            yield name, {}, True


def _pruned(document: Document, pointer: Pointer, values: Values, spots: list[Spot]) -> Values:
    """Leave out the members with a problem; in a request, only the faulty keys."""
    if not spots:
        return values
    within = members(document, pointer, values, spots)
    kept = {key: value for key, value in values.items() if key not in within}
    request = values.get("request")
    if "request" in within and isinstance(request, dict):
        kept["request"] = _pruned(document, (*pointer, "request"), _mapping(request), within["request"])
    return kept


def members(document: Document, pointer: Pointer, values: Values, spots: Iterable[Spot]) -> dict[str, list[Spot]]:
    """Return the spots inside each member of a mapping; spots on the key of the mapping belong to no member."""
    keys = list(values)
    starts = [_spot(document, (*pointer, key)) for key in keys]
    found: dict[str, list[Spot]] = {}
    for spot in spots:
        index = bisect_right(starts, spot) - 1
        if index >= 0:
            found.setdefault(keys[index], []).append(spot)
    return found


def _spot(document: Document, pointer: Pointer) -> Spot:
    place = document.key_place(pointer)
    return place.line, place.column


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
