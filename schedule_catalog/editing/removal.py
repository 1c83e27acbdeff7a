"""Removal of keys with the comments that belong to them; every other byte of the file is preserved."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from schedule_catalog.editing.braces import Cut, cut_out, cuts_in_braces
from schedule_catalog.editing.errors import EditError
from schedule_catalog.editing.insertion import encoded, newline
from schedule_catalog.editing.meaning import assert_meaning
from schedule_catalog.editing.outline import Outline

if TYPE_CHECKING:
    from collections.abc import Collection

    from schedule_catalog.checking.stacks import Pointer
    from schedule_catalog.document import Document
    from schedule_catalog.editing.outline import Item, Node


def removed(document: Document, pointers: Collection[Pointer]) -> bytes:
    """Return the text of *document* without the keys at those pointers; `{}` for a mapping without keys.

    A key has the comments right above it with its indentation, and those below with more. A comment after a blank line
    stays. A key in braces is cut out of its line, or with its lines. Raises EditError for an unknown key.
    """
    outline = Outline(document.data)
    value = deepcopy(document.value)
    lines: list[str | None] = list(outline.lines)
    cuts: list[Cut] = []
    for parent in dict.fromkeys(pointer[:-1] for pointer in pointers):
        keys = {pointer[-1] for pointer in pointers if pointer[:-1] == parent}
        left = _inside(value, parent)
        if (braces := _braces(outline, parent)) is not None:
            cuts += cuts_in_braces(outline, braces, keys)
            for key in keys:
                del left[key]
            continue
        item = _item(outline, parent)
        if item is None or keys - {each.key.value for each in item.value.items if each.key}:
            raise EditError(f'"{document.path}" cannot be pruned: its {parent[-1]} are not on lines of their own')
        for index, each in enumerate(item.value.items):
            if each.key is not None and each.key.value in keys:
                _remove(lines, each, item.value.column, last=index == len(item.value.items) - 1)
        for key in keys:
            del left[key]
        if not left:
            _write_none(lines, item, outline)
    cut_out(lines, outline, cuts)
    data = encoded("".join(line for line in lines if line is not None), document)
    assert_meaning(data, value, f'"{document.path}"', document)
    return data


def _braces(outline: Outline, pointer: Pointer) -> Node | None:
    """The mapping in braces that a pointer leads to."""
    node = outline.root
    for step in pointer:
        item = node.item(str(step)) if node else None
        node = item.value if item else None
    return node if node is not None and node.flow and node.kind == "mapping" else None


def _item(outline: Outline, pointer: Pointer) -> Item | None:
    """The item whose value is the block mapping that a pointer leads to."""
    node, item = outline.root, None
    for step in pointer:
        item = node.item(str(step)) if node and node.block else None
        node = item.value if item else None
    return item if node and node.block else None


def _inside(value: Any, pointer: Pointer) -> Any:
    for step in pointer:
        value = value[step]
    return value


def _remove(lines: list[str | None], item: Item, column: int, last: bool) -> None:
    first = _first_line(item, column)
    for line in range(first, item.last_line + 1):
        lines[line] = None
    if last:
        _remove_blank(lines, range(first - 1, 0, -1))
    else:
        _remove_blank(lines, range(item.last_line + 1, len(lines)))


def _first_line(item: Item, column: int) -> int:
    """Line of the name, or of the first comment that belongs to it."""
    first, attached = item.line, not item.after_blank
    for comment in reversed(item.lead):
        if not attached or comment.column != column:
            break
        first, attached = comment.line, not comment.after_blank
    return first


def _remove_blank(lines: list[str | None], numbers: range) -> None:
    """Remove blank lines from a line on, across removed lines."""
    for number in numbers:
        line = lines[number]
        if line is not None and line.strip():
            return
        lines[number] = None


def _write_none(lines: list[str | None], item: Item, outline: Outline) -> None:
    """Text with `schedules: {}`, as an empty value would be null."""
    key = item.key
    if key is None:
        return
    text = outline.lines[key.line]
    colon = text.index(":", key.column + key.end - key.start) + 1
    rest = text[colon:]
    lines[key.line] = f"{text[:colon]} {{}}{rest if rest.strip() else newline(outline)}"
