"""Events of YAML that a catalog file does not use: each is refused at its position."""

from __future__ import annotations

from typing import NoReturn

from yaml.events import AliasEvent, CollectionStartEvent, DocumentStartEvent, Event, ScalarEvent

from schedule_catalog.document.refusal import Refusal
from schedule_catalog.wording import quoted

DEPTH_MAX = 32


def refuse_collection(event: CollectionStartEvent, depth: int) -> NoReturn:
    """Refuse a list or mapping in the wrong place: too deep, or as a key."""
    if depth >= DEPTH_MAX:
        _refuse(event, "depth", f"nested more than {DEPTH_MAX} levels deep: flatten it")
    _refuse(event, "key", 'a key must be plain text: put a value that starts with "{" or "[" in quotes')


def refuse_properties(event: ScalarEvent | CollectionStartEvent) -> NoReturn:
    """Refuse an anchor or a tag before a value."""
    if event.anchor is not None:
        anchor = quoted("&" + event.anchor)
        _refuse(event, "anchor", f'anchors ({anchor}) are not supported: write the value out, or use "defaults"')
    tag = quoted((event.tag or "").replace("tag:yaml.org,2002:", "!!"))
    _refuse(event, "tag", f"tags ({tag}) are not supported: remove the tag, or put the text in quotes")


def refuse_others(event: Event, data: bytes, has_root: bool) -> None:
    """Refuse aliases, directives and a second document; accept events without a value."""
    if isinstance(event, AliasEvent):
        from schedule_catalog.document.syntax import alias_message

        _refuse(event, "alias", alias_message(event, data))
    if isinstance(event, DocumentStartEvent):
        if has_root:
            _refuse(event, "documents", "a second document starts here: move it to another file")
        if event.version is not None or event.tags is not None:
            _refuse(event, "directive", "directives (%YAML, %TAG) are not supported: remove them")


def _refuse(event: Event, rule: str, message: str) -> NoReturn:
    mark = event.start_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    raise Refusal(line, column, rule, message)
