"""Removal of entries with the comments that belong to them; every other byte of the file is preserved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.editing.errors import EditError
from schedule_catalog.editing.insertion import encoded, newline
from schedule_catalog.editing.meaning import assert_meaning
from schedule_catalog.editing.outline import Outline

if TYPE_CHECKING:
    from collections.abc import Collection

    from schedule_catalog.document import Document
    from schedule_catalog.editing.outline import Item


def removed(document: Document, names: Collection[str]) -> bytes:
    """Return the text of *document* without the entries of those names; `schedules: {}` if none is left.

    An entry has the comments right above it with the indentation of its name, and those below with more. A comment
    after a blank line stays. Raises EditError for an unknown name.
    """
    outline = Outline(document.data)
    item = outline.root.item("schedules") if outline.root and outline.root.block else None
    before = document.value["schedules"]
    if item is None or not item.value.block or not set(names) <= set(before):
        raise EditError(f'"{document.path}" cannot be pruned: its schedules are not on separate lines')
    left = {name: values for name, values in before.items() if name not in names}
    lines: list[str | None] = list(outline.lines)
    for index, each in enumerate(item.value.items):
        if each.key is not None and each.key.value in names:
            _remove(lines, each, item.value.column, last=index == len(item.value.items) - 1)
    if not left:
        _write_none(lines, item, outline)
    data = encoded("".join(line for line in lines if line is not None), document)
    assert_meaning(data, {**document.value, "schedules": left}, f'"{document.path}"')
    return data


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
