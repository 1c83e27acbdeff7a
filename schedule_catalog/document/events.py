"""One pass over libyaml's events: plain values, packed positions, and a refusal of everything that is not plain.

YAML is a large language; a reviewed file needs a small part of it. Features that give a text
a hidden meaning (anchors, tags, merge keys, duplicate keys, further documents) are refused at their position.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from schedule_catalog.document.composition import Composition
from schedule_catalog.document.positions import BITS, END, unpacked
from schedule_catalog.document.refusal import Refusal, StopReading
from schedule_catalog.document.refused_events import DEPTH_MAX, refuse_collection, refuse_others, refuse_properties
from schedule_catalog.document.scalars import INITIALS, WORDS
from schedule_catalog.document.truncation import refuse_cut_cron

NODES_MAX = 150_000


def compose(data: bytes) -> Composition:
    """Read the UTF-8 text of one document; raises Refusal if the rest is unreadable."""
    composition = Composition()
    try:
        _compose(data, composition)
    except YAMLError as error:
        from schedule_catalog.document.syntax import syntax_refusal

        raise syntax_refusal(error, data) from None
    except StopReading:
        return composition
    marks = composition.marks
    if len(marks) > NODES_MAX:
        message = f"more than {NODES_MAX:,} keys and values: split the file"
        raise Refusal(*unpacked(marks[NODES_MAX]), "too-large", message)
    refuse_cut_cron(data, marks)
    return composition


def _compose(data: bytes, into: Composition) -> None:
    """Process the events.

    This loop is the hot path of every command, so it is one function that hands only the rare cases to others.
    """
    decorated = b"&" in data or b"!" in data  # signs of anchors and tags; few files have either
    next_event: Callable[[], Any] = CParser(data).get_event
    marks = into.marks
    container: Any = into.root
    in_mapping, key, start = False, None, 0
    enclosing: list[tuple[Any, bool, int]] = []
    while True:
        event = next_event()
        kind = event.__class__
        if kind is ScalarEvent:
            text: str = event.value
            mark = event.start_mark
            marks.append(mark.line << BITS | mark.column)
            if decorated and (event.anchor is not None or event.tag is not None):
                refuse_properties(event)
            special = not event.style and (text in WORDS or text[0] in INITIALS)
            if not in_mapping:
                container.append(into.plain_value(text) if special else text)
            elif key is None:
                key = text if text not in container else into.duplicate_key(text, container, start)
                if special:
                    into.plain_key(text)
            else:
                container[key] = into.plain_value(text) if special else text
                key = None
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if (in_mapping and key is None) or len(enclosing) >= DEPTH_MAX:
                refuse_collection(event, len(enclosing))
            if decorated and (event.anchor is not None or event.tag is not None):
                refuse_properties(event)
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
            refuse_others(event, data, bool(into.root))
