"""Positions of all keys and values of a document, in one integer each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Pointer = tuple[str | int, ...]

# A mark is packed as  end << 42 | line << 21 | column  (line and column from 0). Files end at 1 MiB: 21 bits do.
# Marks are in the order of the text: a value; for a mapping each key then its value, for a list each value.
# `end` is the index after a container's last mark, and 0 for keys and scalars.
BITS = 21
MASK = (1 << BITS) - 1
END = 2 * BITS


def unpacked(mark: int) -> tuple[int, int]:
    """Return the line and column, from 0, of a mark."""
    return mark >> BITS & MASK, mark & MASK


class Positions:
    """Finds the mark of a pointer; a container is indexed at the first look-up, so that further ones are quick."""

    __slots__ = ("_children", "_marks")

    def __init__(self, marks: list[int]) -> None:
        self._marks = marks
        self._children: dict[int, dict[str | int, int]] = {}

    def key(self, value: Any, pointer: Pointer) -> tuple[int, int]:
        """Return the line and column, from 1, of the last key of a pointer; a list's item and the root have no key."""
        parent, index = self._walk(value, pointer)
        return self._place(index - 1 if isinstance(parent, dict) else index)

    def value(self, value: Any, pointer: Pointer) -> tuple[int, int]:
        """Return the line and column, from 1, of the value of a pointer."""
        return self._place(self._walk(value, pointer)[1])

    def _walk(self, value: Any, pointer: Pointer) -> tuple[Any, int]:
        parent: Any = None
        index = 0
        for step in pointer:
            parent = value
            index = self._index(value, index)[step]
            value = value[step]
        return parent, index

    def _index(self, container: Any, at: int) -> dict[str | int, int]:
        found = self._children.get(at)
        if found is None:
            found = self._children[at] = dict(self._values(container, at + 1))
        return found

    def _values(self, container: Any, at: int) -> Iterator[tuple[str | int, int]]:
        is_mapping = hasattr(container, "keys")
        steps: Iterable[Any] = container if is_mapping else range(len(container))
        for step in steps:
            at += is_mapping
            yield step, at
            at = self._marks[at] >> END or at + 1

    def _place(self, index: int) -> tuple[int, int]:
        line, column = unpacked(self._marks[index]) if self._marks else (0, 0)
        return line + 1, column + 1
