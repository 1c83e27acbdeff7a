"""JSON values: their types, one walk over them, and their text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TypeAlias, cast

from schedule_client.contract.errors import JsonError

Scalar: TypeAlias = "bool | int | float | str | None"
Json: TypeAlias = "Scalar | list[Json] | dict[str, Json]"
Pointer: TypeAlias = tuple[str | int, ...]
_PLACE_MAX = 60
_BITS_MAX = 14_284  # of the 4,300 digits that Python writes
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def texts(value: object, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str, bool]]:
    """Yield every string below `value` in document order: (pointer, text, whether it is the key at that pointer).

    The walk keeps its own stack, so that depth costs memory and never the interpreter's.
    """
    stack: list[tuple[Pointer, object]] = [(pointer, value)]
    while stack:
        where, node = stack.pop()
        if isinstance(node, str):
            yield where, node, False
        elif isinstance(node, dict):
            members = cast("dict[str, object]", node)
            for key in members:
                yield (*where, key), key, True
            stack.extend([((*where, key), members[key]) for key in reversed(members)])
        elif isinstance(node, list):
            items = cast("list[object]", node)
            stack.extend([((*where, index), items[index]) for index in range(len(items) - 1, -1, -1)])


def json_text(value: object) -> str:
    """Return `value` as compact JSON that every transport accepts.

    SQS accepts only the characters of XML 1.0. JSON escapes the others, except U+FFFE and U+FFFF; these can only be in
    a text, so they are escaped there. Raises JsonError, which names a value that JSON cannot hold.
    """
    try:
        text = _ENCODER.encode(value)
        if text.isascii():
            return text
        text.encode()  # a lone surrogate raises UnicodeEncodeError, a ValueError
    except (TypeError, ValueError, RecursionError):
        raise JsonError(_obstacle(value)) from None
    return text.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def read_json(text: str) -> object:
    """Return the value of a JSON text; raises JsonError with the position of the mistake."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise JsonError(json_mistake(text, error.pos)) from None
    except RecursionError:
        raise JsonError("it is nested too deeply") from None
    except ValueError:
        raise JsonError("one of its numbers has too many digits") from None


def json_mistake(text: str, position: int) -> str:
    """Return the position at which a text stops being JSON; *position* is where Python's decoder stopped.

    From 3.13 on Python reports a comma before a closing bracket at the comma, earlier versions at the bracket.
    """
    comma = re.compile(r",[ \t\n\r]*(?=[\]}])").match(text, position)
    position = comma.end() if comma else position
    line, column = text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
    rest = text[position : position + 20]
    found = f'"{shown(rest)}" cannot be here' if rest.strip() else "it ends too early"
    return f"line {line}, column {column}: {found}"


def _obstacle(value: object) -> str:
    """First value that JSON cannot hold; each container is visited once, as one may contain itself."""
    stack: list[tuple[str, object]] = [("it", value)]
    seen: set[int] = set()
    while stack:
        where, node = stack.pop()
        if isinstance(node, str):
            if any("\ud800" <= character <= "\udfff" for character in node):
                return f"{where} has half of a surrogate pair"
        elif isinstance(node, float):
            if node != node or node in (float("inf"), float("-inf")):
                return f"{where} is {node}, which is not a number of JSON"
        elif isinstance(node, dict):
            members = cast("dict[object, object]", node)
            if id(members) not in seen:
                seen.add(id(members))
                stack.extend((f'"{shown(str(key))}"', member) for key, member in reversed(members.items()))
                stack.extend((f"a key of {where}", key) for key in members)
                if any(isinstance(key, tuple) for key in members):
                    return f"a key of {where} is a tuple, which JSON does not have"
        elif isinstance(node, list | tuple):
            items = cast("list[object]", node)
            if id(items) not in seen:
                seen.add(id(items))
                place = where if len(where) < _PLACE_MAX else "a list"
                stack.extend((f"item {at + 1} of {place}", items[at]) for at in reversed(range(len(items))))
        elif isinstance(node, int):
            if node.bit_length() > _BITS_MAX:
                return f"{where} is a number with too many digits"
        elif node is not None:
            return f"{where} is a {type(node).__name__}, which JSON does not have"
    return "it is nested too deeply, or contains itself"


def shown(text: str) -> str:
    """Return `text` in a form for one line of a message."""
    return (text if text.isprintable() else ascii(text)[1:-1])[:60]
