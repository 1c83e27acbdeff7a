"""The values that JSON has, and one walk over them."""

from __future__ import annotations

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


def shown(text: str) -> str:
    """`text` as it may be quoted in one line of a message."""
    return (text if text.isprintable() else ascii(text)[1:-1])[:60]
