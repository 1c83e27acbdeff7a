"""Proof that an edit changes only what it should, made for every edited text before it is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.document import parse_document
from schedule_catalog.editing.errors import EditError
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.document import Document, Pointer

_BLOCK_TEXT = ("|", ">")


def assert_meaning(data: bytes, expected: Any, what: str, before: Document | None = None) -> None:
    """Raise EditError if *data* does not read as *expected*, with the reason and the line of it in *before*."""
    found = parse_document(data, what)
    if not found.readable:
        error = next(each for each in found.problems if each.severity is Severity.ERROR)
        raise EditError(f"{what} cannot be edited: line {error.line} of the result is refused: {error.message}")
    if not same(found.value, expected):
        raise EditError(f"{what} cannot be edited: {_reason(_difference(found.value, expected), before)}")


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same JSON: 1, 1.0 and true differ, the order of keys does not count."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _difference(one: Any, other: Any) -> Pointer:
    """Pointer to the first value that differs, or to the first collection whose keys do."""
    members, expected = _members(one), _members(other)
    if members.keys() == expected.keys():
        for key, value in members.items():
            if not same(value, expected[key]):
                return (key, *_difference(value, expected[key]))
    return ()


def _members(value: Any) -> dict[str | int, Any]:
    if isinstance(value, list):
        return dict(enumerate(cast("list[Any]", value)))
    return cast("dict[str | int, Any]", value) if isinstance(value, dict) else {}


def _reason(pointer: Pointer, before: Document | None) -> str:
    try:
        place = before.value_place(pointer) if before else None
    except (KeyError, IndexError, TypeError):  # the edit adds it
        place = None
    if before is None or place is None:
        return f'the value of "{".".join(map(str, pointer))}" would change: edit it by hand'
    if before.lines[place.line - 1][place.column - 1 :].startswith(_BLOCK_TEXT):
        text = "the end of this text would change, which is where the next line begins"
        return f"line {place.line}: {text}: write the text in double quotes"
    return f"line {place.line}: this value would change: edit it by hand"
