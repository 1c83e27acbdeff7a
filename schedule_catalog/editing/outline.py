"""Outline of a file: every key and value with its start and end, every comment with its key.

Only for text that `parse_document` accepts: it has no anchors, tags, aliases or further documents.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from yaml._yaml import CParser
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BOM = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_KINDS: dict[type, str] = {
    ScalarEvent: "scalar",
    MappingStartEvent: "mapping",
    SequenceStartEvent: "sequence",
    MappingEndEvent: "end",
    SequenceEndEvent: "end",
}
_BLANK_LINES_AT_END = re.compile(r"(?:(?:\r\n|\r|\n)[ \t]*)+\Z")


@dataclass(frozen=True, slots=True)
class Comment:
    """Comment from "#" to the end of its line; `own_line` if it has the line, `after_blank` below a blank line."""

    text: str
    start: int
    line: int
    column: int
    own_line: bool
    after_blank: bool


@dataclass(slots=True)
class Node:
    """Value or key: the text of `[start, end)`; lines and columns count from 0.

    kind: "scalar", "mapping" or "sequence".
    style: of a scalar: "" (plain), "'", '"', "|" or ">".
    foot: comments below the last item, with the same indentation.
    """

    kind: str
    start: int
    end: int
    line: int
    column: int
    last_line: int
    style: str = ""
    flow: bool = False
    value: str = ""
    items: list[Item] = field(default_factory=list["Item"])
    foot: list[Comment] = field(default_factory=list[Comment])

    @property
    def block(self) -> bool:
        """Whether the items are on separate lines."""
        return self.kind != "scalar" and not self.flow

    def item(self, key: str) -> Item | None:
        """Return the item of a mapping with that key."""
        return next((item for item in self.items if item.key is not None and item.key.value == key), None)


@dataclass(slots=True)
class Item:
    """Key with its value, or item of a sequence, with its comments: above it, and at the end of its line."""

    key: Node | None
    value: Node
    lead: list[Comment]
    after_blank: bool
    tail: list[Comment]

    @property
    def line(self) -> int:
        """Line on which the item begins, without the comments above it."""
        return (self.key or self.value).line

    @property
    def last_line(self) -> int:
        """Last line of the item, including the comments below it."""
        own = [comment.line for comment in (*self.tail, *self.value.foot)]
        inner = [item.last_line for item in self.value.items]
        return max([self.line, self.value.last_line, *own, *inner])


class _Event(NamedTuple):
    """Start of a node or end of a collection (`kind` "end"), with the same members as a Node."""

    kind: str
    start: int
    end: int
    line: int
    column: int
    last_line: int
    style: str = ""
    flow: bool = False
    value: str = ""


class Outline:
    """Tree of a text, and its lines with their ends."""

    def __init__(self, data: bytes) -> None:
        self.text = data.decode().removeprefix(BOM)
        self.lines: list[str] = _LINE.findall(self.text)
        self._starts: list[int] = [0, *accumulate(map(len, self.lines))]
        self._events = list(self._read_events())
        self._at = 0
        self.comments = list(self._find_comments()) if "#" in self.text else []
        self._next = 0
        self.root = self._node() if self._events else None
        self.foot = self.comments[self._next :]

    def source(self, node: Node) -> str:
        """Return the text of a node as written."""
        return self.text[node.start : node.end]

    def line_at(self, position: int) -> int:
        """Return the line that has a position of the text."""
        return bisect_right(self._starts, position) - 1

    def start_of(self, line: int) -> int:
        """Return the position at which a line begins; of the one after the last, the end of the text."""
        return self._starts[line]

    def _read_events(self) -> Iterator[_Event]:
        """All events that begin or end a node, each mark translated once."""
        next_event: Callable[[], Any] = CParser(self.text.encode()).get_event
        text, length = self.text, len(self.text)
        starts = [*self._starts, length]  # libyaml ends a text without a line end one line further
        while (event := next_event()) is not None:
            kind = _KINDS.get(event.__class__)
            if kind is None:
                continue
            line: int = event.start_mark.line
            column: int = event.start_mark.column
            end_line: int = event.end_mark.line
            start: int = starts[line] + column
            end: int = starts[end_line] + event.end_mark.column
            if end > length:
                start, end = min(start, length), length
            if kind != "scalar":
                yield _Event(kind, start, end, line, column, end_line, "", kind != "end" and bool(event.flow_style))
                continue
            style = event.style or ""
            if style in ("|", ">"):
                end = start + len(_without_end(text[start:end]))
            if end_line != line:
                end_line = bisect_right(starts, max(start, end - 1)) - 1 if end > start else line
            yield _Event(kind, start, end, line, column, end_line, style, False, event.value)

    def _find_comments(self) -> Iterator[Comment]:
        """Comments between two scalars; flow collections are skipped as a whole."""
        position = 0
        for start, end in [*self._solid(), (len(self.text), len(self.text))]:
            yield from self._comments_between(position, start)
            position = end

    def _solid(self) -> Iterator[tuple[int, int]]:
        depth, begin = 0, 0
        for event in self._events:
            if event.kind == "scalar":
                if not depth:
                    yield event.start, event.end
            elif event.kind != "end":
                if event.flow and not depth:
                    begin = event.start
                depth += bool(event.flow or depth)
            elif depth:
                depth -= 1
                if not depth:
                    yield begin, event.end

    def _comments_between(self, start: int, end: int) -> Iterator[Comment]:
        while (at := self.text.find("#", start, end)) >= 0:
            line = self.line_at(at)
            column = at - self._starts[line]
            own_line = not self.lines[line][:column].strip()
            yield Comment(self.lines[line][column:].rstrip(), at, line, column, own_line, self._after_blank(line))
            start = self._starts[line + 1]

    def _after_blank(self, line: int) -> bool:
        return line > 0 and not self.lines[line - 1].strip()

    def _node(self) -> Node:
        event = self._events[self._at]
        self._at += 1
        if event.kind == "scalar":
            return Node(*event)
        node = Node(event.kind, event.start, event.start, event.line, event.column, event.line, flow=event.flow)
        while self._events[self._at].kind != "end":
            node.items.append(self._item(node))
        end = self._events[self._at]
        self._at += 1
        if node.flow:
            node.end, node.last_line = end.end, end.last_line
        elif node.items:
            node.end, node.last_line = node.items[-1].value.end, node.items[-1].value.last_line
            node.foot = self._foot(event.column)
        return node

    def _item(self, parent: Node) -> Item:
        if parent.flow:
            key = self._node() if parent.kind == "mapping" else None
            return Item(key, self._node(), [], False, [])
        lead = self._take(self._next_start())
        key = self._node() if parent.kind == "mapping" else None
        tail = self._take_on_line(key.line) if key else []
        if not self._next_is_block():
            lead += self._take(self._next_start())
        value = self._node()
        if not value.block:
            tail += self._take_on_line(value.last_line)
        return Item(key, value, lead, self._after_blank((key or value).line), tail)

    def _next_start(self) -> int:
        """Start of the next key or value."""
        for at in range(self._at, len(self._events)):
            if self._events[at].kind != "end":
                return self._events[at].start
        return len(self.text)

    def _next_is_block(self) -> bool:
        event = self._events[self._at]
        return event.kind in ("mapping", "sequence") and not event.flow

    def _take(self, before: int) -> list[Comment]:
        first = self._next
        while self._next < len(self.comments) and self.comments[self._next].start < before:
            self._next += 1
        return self.comments[first : self._next]

    def _take_on_line(self, line: int) -> list[Comment]:
        first = self._next
        while self._next < len(self.comments) and self.comments[self._next].line == line:
            self._next += 1
        return self.comments[first : self._next]

    def _foot(self, column: int) -> list[Comment]:
        """Following comments with at least the indentation of the items above them."""
        first, before = self._next, self._next_start()
        while self._next < len(self.comments):
            comment = self.comments[self._next]
            if comment.start >= before or not comment.own_line or comment.column < max(column, 1):
                break
            self._next += 1
        return self.comments[first : self._next]


def _without_end(block: str) -> str:
    """Block scalar without the blank lines after it, unless it keeps them ("|+")."""
    header = block.partition("\n")[0].partition("#")[0]
    return block if "+" in header else _BLANK_LINES_AT_END.sub("", block)
