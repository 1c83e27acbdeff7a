"""What people call a message: the beginning of its identifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schedule_catalog.operations import UndeliveredCall

_SHORTEST = 8


def short_names(letters: Sequence[UndeliveredCall]) -> dict[str, str]:
    """Return as much of each identifier as tells it from the others, at least eight characters."""
    ordered = sorted(letter.identifier for letter in letters)
    names: dict[str, str] = {}
    for number, identifier in enumerate(ordered):
        beside = (*ordered[max(0, number - 1) : number], *ordered[number + 1 : number + 2])
        names[identifier] = identifier[: max([_SHORTEST, *(_alike(identifier, other) + 1 for other in beside)])]
    return names


def chosen(letters: Sequence[UndeliveredCall], given: Sequence[str]) -> list[UndeliveredCall]:
    """Return the letters whose identifiers begin so; UsageError for a name of none, or of several."""
    return [_one(letters, name) for name in dict.fromkeys(given)]


def _one(letters: Sequence[UndeliveredCall], name: str) -> UndeliveredCall:
    found = [letter for letter in letters if name and letter.identifier.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f'"{name}" is the beginning of {len(found)}: write more of it')
    raise UsageError(f'there is no "{name}": "schedules undelivered list" shows what there is')


def _alike(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((count for count, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
