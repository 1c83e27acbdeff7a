"""The values that JSON has, one walk over them, and the text that carries them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeAlias, cast

Scalar: TypeAlias = "bool | int | float | str | None"
Json: TypeAlias = "Scalar | list[Json] | dict[str, Json]"
Pointer: TypeAlias = tuple[str | int, ...]


def texts(value: object, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str, bool]]:
    """Every string below `value` in document order, as (pointer, text, whether the text is the key at that pointer).

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
    """`value` as compact JSON that every transport takes.

    SQS takes the characters of XML 1.0 only, and refuses a message with any other. Of those that JSON leaves as they
    are, U+FFFE and U+FFFF are not among them; in JSON they can only be in a text, so they are escaped there.
    Raises TypeError, ValueError or RecursionError for what JSON cannot carry.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text.encode()  # a lone surrogate raises UnicodeEncodeError, a ValueError
    return text.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def shown(text: str) -> str:
    """`text` as it may be quoted in one line of a message."""
    return (text if text.isprintable() else ascii(text)[1:-1])[:60]
