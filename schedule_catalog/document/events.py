"""One pass over libyaml's events: plain values, packed positions, and a refusal of whatever is not plain.

YAML is a large language; a reviewed file needs a small part of it. What makes a text mean something else than it
seems to (anchors, tags, merge keys, duplicate keys, further documents) is refused where it stands.
"""

from __future__ import annotations

from typing import Any, NoReturn

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from schedule_catalog.document.positions import BITS, END, MASK
from schedule_catalog.document.refusal import Finding, Refusal
from schedule_catalog.document.scalars import INITIALS, ScalarError, core_scalar, taken_otherwise
from schedule_catalog.document.syntax import alias_message, syntax_refusal
from schedule_catalog.problem import Severity, quoted

DEPTH_MAX = 32
NODES_MAX = 150_000
_DUPLICATES_SHOWN = 20


class Composition:
    """What one text holds: the root value (None when there is none), its marks, what was found on the way."""

    __slots__ = ("findings", "marks", "root")

    def __init__(self) -> None:
        self.root: list[Any] = []
        self.marks: list[int] = []
        self.findings: list[Finding] = []

    @property
    def value(self) -> Any:
        """The document's value; an empty text is None."""
        return self.root[0] if self.root else None


def compose(data: bytes) -> Composition:
    """Read the UTF-8 text of one document; raises Refusal at what makes the rest unreadable."""
    composition = Composition()
    try:
        _compose(data, composition)
    except YAMLError as error:
        raise syntax_refusal(error, data) from None
    except StopReading:
        return composition
    if len(composition.marks) > NODES_MAX:
        _refuse_at(
            composition.marks[NODES_MAX], "too-large", f"more than {NODES_MAX:,} keys and values: split the file"
        )
    return composition


def _compose(data: bytes, into: Composition) -> None:
    """Run through the events.

    The loop is the hot path of every command: it is one function, with the rare cases handed to others.
    """
    next_event = CParser(data).get_event
    marks, findings = into.marks, into.findings
    container: Any = into.root
    in_mapping, key, start = False, None, 0
    enclosing: list[tuple[Any, bool, int]] = []
    while True:
        event = next_event()
        kind = type(event)
        if kind is ScalarEvent:
            text = event.value
            mark = event.start_mark
            marks.append(mark.line << BITS | mark.column)
            if event.anchor is not None or event.tag is not None:
                _refuse_properties(event)
            if in_mapping and key is None:
                key = text
                if text in container:
                    key = _duplicate(text, container, start, into)
                elif not event.style and (not text or text[0] in INITIALS or text == "<<"):
                    _plain_key(text, marks[-1], findings)
                continue
            if not event.style and (not text or text[0] in INITIALS):
                text = _plain_value(text, marks[-1], findings)
            if in_mapping:
                container[key] = text
                key = None
            else:
                container.append(text)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if (in_mapping and key is None) or len(enclosing) >= DEPTH_MAX:
                _refuse_collection(event, len(enclosing))
            if event.anchor is not None or event.tag is not None:
                _refuse_properties(event)
            child: Any = {} if kind is MappingStartEvent else []
            if in_mapping:
                container[key] = child
                key = None
            else:
                container.append(child)
            enclosing.append((container, in_mapping, start))
            container, in_mapping, start = child, kind is MappingStartEvent, len(marks)
            mark = event.start_mark
            marks.append(mark.line << BITS | mark.column)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            marks[start] |= len(marks) << END
            container, in_mapping, start = enclosing.pop()
        elif kind is StreamEndEvent:
            return
        else:
            _refuse_others(event, data, bool(into.root))


def _plain_key(text: str, mark: int, findings: list[Finding]) -> None:
    if text == "<<":
        _refuse_at(mark, "merge-key", 'merge keys ("<<") are not read: write the keys out, or use "defaults"')
    if not text:
        _refuse_at(mark, "syntax", 'a key is missing before ":"')
    _warn_of_yaml_1_1(text, mark, findings)


def _plain_value(text: str, mark: int, findings: list[Finding]) -> Any:
    try:
        value = core_scalar(text)
    except ScalarError as error:
        findings.append(Finding(*_unpacked(mark), "number", str(error)))
        return text
    _warn_of_yaml_1_1(text, mark, findings)
    return value


def _warn_of_yaml_1_1(text: str, mark: int, findings: list[Finding]) -> None:
    other = taken_otherwise(text)
    if other is not None:
        message = f"{quoted(text)} is {other} to tools that read YAML 1.1: put it in quotes to mean this text"
        findings.append(Finding(*_unpacked(mark), "yaml-1.1", message, Severity.WARNING))


def _duplicate(text: str, mapping: dict[Any, Any], start: int, into: Composition) -> Any:
    """Note a key that came before; the answer is a stand-in for it, so that marks and keys stay in step."""
    first = _key_mark(text, mapping, start, into.marks)
    line, column = _unpacked(into.marks[-1])
    first_line, first_column = _unpacked(first)
    message = (
        f"duplicate key {quoted(text)}, first at line {first_line + 1}, column {first_column + 1}: remove one of them"
    )
    into.findings.append(Finding(line, column, "duplicate-key", message))
    if sum(finding.rule == "duplicate-key" for finding in into.findings) >= _DUPLICATES_SHOWN:
        raise StopReading
    return (text, len(into.marks))


def _key_mark(text: str, mapping: dict[Any, Any], start: int, marks: list[int]) -> int:
    at = start + 1
    for key in mapping:
        if key == text:
            break
        at = marks[at + 1] >> END or at + 2
    return marks[at]


class StopReading(Exception):  # noqa: N818 - enough was found; nothing failed
    """Enough problems were found to show."""


def _refuse_collection(event: CollectionStartEvent, depth: int) -> NoReturn:
    if depth >= DEPTH_MAX:
        _refuse(event, "depth", f"nested more than {DEPTH_MAX} levels deep: flatten it")
    _refuse(event, "key", 'a key must be plain text: a value that starts with "{" or "[" must be quoted')


def _refuse_properties(event: NodeEvent) -> NoReturn:
    if event.anchor is not None:
        _refuse(
            event,
            "anchor",
            f'anchors ({quoted("&" + event.anchor)}) are not read: write the value out, or use "defaults"',
        )
    _refuse(event, "tag", f"tags ({quoted(event.tag)}) are not read: remove it, or quote the text")


def _refuse_others(event: Event | None, data: bytes, has_root: bool) -> None:
    if isinstance(event, AliasEvent):
        _refuse(event, "alias", alias_message(event, data))
    if isinstance(event, DocumentStartEvent):
        if has_root:
            _refuse(event, "documents", "a second document starts here: put it into a file of its own")
        if event.version is not None or event.tags is not None:
            _refuse(event, "directive", "directives (%YAML, %TAG) are not read: remove them")


def _refuse(event: Event, rule: str, message: str) -> NoReturn:
    raise Refusal(event.start_mark.line, event.start_mark.column, rule, message)


def _refuse_at(mark: int, rule: str, message: str) -> NoReturn:
    raise Refusal(*_unpacked(mark), rule, message)


def _unpacked(mark: int) -> tuple[int, int]:
    return mark >> BITS & MASK, mark & MASK
