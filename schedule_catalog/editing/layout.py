"""Standard layout of catalog files: the order of keys, the indentation, blank lines, quotes around a cron.

Texts, and braces over several lines, are preserved; every comment moves with the key that it
belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.editing.entry_text import scalar
from schedule_catalog.editing.errors import EditError
from schedule_catalog.editing.layout_order import in_order
from schedule_catalog.editing.meaning import assert_meaning
from schedule_catalog.editing.outline import Outline

if TYPE_CHECKING:
    from schedule_catalog.document import Document, Pointer
    from schedule_catalog.editing.outline import Comment, Item, Node

INDENT = 2


def formatted(document: Document) -> bytes:
    """Return the text of a readable document in our layout.

    Raises EditError if that would change a value or lose a comment.
    """
    outline = Outline(document.data)
    if outline.root is None or not outline.root.block or outline.root.kind != "mapping":
        return document.data
    data = _Layout(outline).text().encode()
    if data == document.data:
        return data
    assert_meaning(data, document.value, f'"{document.path}"', document)
    if outline.comments and sorted(_texts(Outline(data))) != sorted(_texts(outline)):
        raise EditError(f'"{document.path}" has comments that cannot be preserved: move them above a key')
    return data


def _texts(outline: Outline) -> list[str]:
    return [comment.text for comment in outline.comments]


class _Layout:
    """Lines of an outline, in the new layout."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline

    def text(self) -> str:
        root = self._outline.root
        if root is None:
            return self._outline.text
        head, root.items[0].lead = root.items[0].lead, []
        lines = list(_comments(head, "", top=True))
        if head and root.items[0].after_blank:
            lines.append("")
        lines += self._block(root, 0, ())
        lines += _comments(self._outline.foot, "")
        return "\n".join(line.rstrip() if not line.strip() else line for line in lines) + "\n"

    def _block(self, node: Node, column: int, pointer: Pointer) -> list[str]:
        lines: list[str] = []
        for item in _ordered(node, pointer):
            lines += self._item(item, column, pointer, first=not lines)
        return [*lines, *_comments(node.foot, " " * column)]

    def _item(self, item: Item, column: int, pointer: Pointer, first: bool) -> Iterator[str]:
        pad = " " * column
        name = item.key.value if item.key else ""
        lead = list(_comments(item.lead, pad, top=first))
        if lead and item.after_blank:
            lead.append("")
        blank = not first and (_set_off(pointer, name) or (not lead and item.after_blank))
        if blank and not (lead and not lead[0]):
            yield ""
        yield from lead
        body = self._keyed(item, column, (*pointer, name)) if item.key else self._listed(item, column, pointer)
        yield from body

    def _keyed(self, item: Item, column: int, pointer: Pointer) -> list[str]:
        assert item.key is not None  # noqa: S101 - for the type checker: items of a mapping have keys
        head = " " * column + self._outline.source(item.key) + ":"
        tail = "".join(f"  {comment.text}" for comment in item.tail)
        if item.value.block:
            return [head + tail, *self._block(item.value, column + INDENT, pointer)]
        first, *rest = self._value(item.value, column - item.key.column, str(pointer[-1]))
        lines = [f"{head} {first}" if first else head, *rest]
        lines[-1] += tail
        return lines

    def _listed(self, item: Item, column: int, pointer: Pointer) -> list[str]:
        tail = "".join(f"  {comment.text}" for comment in item.tail)
        if item.value.block:
            lines = self._block(item.value, column + INDENT, (*pointer, 0))
            return [" " * column + "- " + lines[0][column + INDENT :], *lines[1:]]
        first, *rest = self._value(item.value, column + INDENT - item.value.column, "")
        lines = [" " * column + "- " + first, *rest]
        lines[-1] += tail
        return lines

    def _value(self, node: Node, shift: int, name: str) -> list[str]:
        """Lines of a text or of a value in braces; further lines move as far as the first one."""
        source = self._outline.source(node)
        if node.flow and "\n" not in source and "\r" not in source:
            return [self._braces(node)]
        if name == "cron" and node.kind == "scalar" and node.style in ("", "'") and node.value:
            return [scalar(node.value, name)]
        first, *rest = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return [first, *(_shifted(line, shift) for line in rest)]

    def _braces(self, node: Node) -> str:
        if not node.flow:
            return self._outline.source(node)
        parts = [self._brace_item(item) for item in node.items]
        return ("{%s}" if node.kind == "mapping" else "[%s]") % ", ".join(parts)

    def _brace_item(self, item: Item) -> str:
        value = self._braces(item.value)
        if item.key is None:
            return value
        if item.key.value == "cron" and item.value.style in ("", "'") and item.value.value:
            value = scalar(item.value.value, "cron")
        return f"{self._outline.source(item.key)}: {value}".rstrip()


def _ordered(node: Node, pointer: Pointer) -> list[Item]:
    if node.kind == "sequence":
        return node.items
    return [item for _, item in in_order(((item.key.value, item) for item in node.items if item.key), pointer)]


def _set_off(pointer: Pointer, name: str) -> bool:
    """Whether a blank line goes above: between entries, and before all of them."""
    return pointer == ("schedules",) or (pointer == () and name == "schedules")


def _comments(comments: list[Comment], pad: str, top: bool = False) -> Iterator[str]:
    """Lines of comments with the blank lines between them; none before the first if *top*most."""
    for index, comment in enumerate(comments):
        if comment.after_blank and not (top and index == 0):
            yield ""
        yield pad + comment.text


def _shifted(line: str, shift: int) -> str:
    if shift >= 0:
        return " " * shift + line if line.strip() else line
    own = len(line) - len(line.lstrip(" "))
    return line[min(own, -shift) :]
