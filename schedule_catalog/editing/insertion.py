"""Insertion of an entry below the last one; every other byte of the file is preserved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schedule_catalog.editing.content import schedules
from schedule_catalog.editing.entry_text import entry_lines, key
from schedule_catalog.editing.errors import EditError
from schedule_catalog.editing.meaning import assert_meaning
from schedule_catalog.editing.outline import BOM, Outline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schedule_catalog.document import Document
    from schedule_catalog.editing.outline import Item, Node

INDENT = 2


def new_file(
    owner: str, name: str, values: Mapping[str, Any], comment: tuple[str, ...] = (), head: tuple[str, ...] = ()
) -> bytes:
    """Return the content of a file with one entry, below the lines of *head*."""
    lines = [*head, f"owner: {key(owner)}", "", "schedules:", *_commented(comment, INDENT), *entry_lines(name, values)]
    data = "".join(f"{line}\n" for line in lines).encode()
    assert_meaning(data, {"owner": owner, "schedules": {name: dict(values)}}, "a new file")
    return data


def inserted(document: Document, name: str, values: Mapping[str, Any], comment: tuple[str, ...] = ()) -> bytes:
    """Return the text of *document* with one more entry, and *comment* above it, in the indentation of the others.

    Raises EditError if `schedules` or the file is written in braces or is not a mapping, and if the name is taken.
    """
    outline = Outline(document.data)
    place = _schedules_item(outline, document)
    before = schedules(document)
    if name in before:
        raise EditError(f'"{document.path}" already has "{name}"')
    indent, step = _indents(place.value)
    lines = [*_commented(comment, indent), *entry_lines(name, values, indent, step)]
    data = encoded(_below(outline, place.value.items, lines) if before else _first(outline, place, lines), document)
    assert_meaning(
        data, {**document.value, "schedules": {**before, name: dict(values)}}, f'"{document.path}"', document
    )
    return data


def encoded(text: str, document: Document) -> bytes:
    """Return the bytes of an edited text, with the byte order mark of the document."""
    return (BOM + text if document.data.startswith(BOM.encode()) else text).encode()


def newline(outline: Outline) -> str:
    """Return the line end of a file."""
    return "\r\n" if outline.lines and outline.lines[0].endswith("\r\n") else "\n"


def _schedules_item(outline: Outline, document: Document) -> Item:
    root = outline.root
    if root and root.kind == "mapping" and not root.block:
        raise EditError(f'"{document.path}" has its keys in braces: put each on separate lines')
    item = root.item("schedules") if root and root.block else None
    if item is None:
        raise EditError(f'"{document.path}" has no "schedules": write the key, or name another file')
    if item.value.items and not item.value.block:
        raise EditError(f'"{document.path}" has its schedules in braces: put each on separate lines')
    if document.value["schedules"] and item.value.kind != "mapping":
        raise EditError(f'in "{document.path}", "schedules" is not a mapping of names to schedules')
    return item


def _indents(node: Node) -> tuple[int, int]:
    """Column of the names, and the additional indentation of their keys."""
    if not node.items:
        return INDENT, INDENT
    last = node.items[-1].value
    return node.column, last.column - node.column if last.block else INDENT


def _below(outline: Outline, items: list[Item], lines: list[str]) -> str:
    spaced = len(items) < 2 or _stands_alone(items[-1])
    at = items[-1].last_line + 1
    return _spliced(outline, at, ["", *lines] if spaced else lines)


def _stands_alone(item: Item) -> bool:
    """Whether a blank line is between the item and the one above."""
    return item.lead[0].after_blank if item.lead else item.after_blank


def _first(outline: Outline, place: Item, lines: list[str]) -> str:
    """Text with the first entry of a file in place of `{}`."""
    line, value = place.value.line, place.value
    text = outline.lines[line]
    if value.end > value.start:
        start = value.column
        text = text[:start].rstrip() + text[start + value.end - value.start :]
        outline.lines[line] = text
    return _spliced(outline, line + 1, lines)


def _spliced(outline: Outline, at: int, lines: list[str]) -> str:
    end = newline(outline)
    before = "".join(outline.lines[:at])
    if before and not before.endswith(("\n", "\r")):
        before += end
    return before + "".join(f"{line}{end}" for line in lines) + "".join(outline.lines[at:])


def _commented(comment: tuple[str, ...], indent: int) -> list[str]:
    return [f"{' ' * indent}# {line}" for line in comment]
