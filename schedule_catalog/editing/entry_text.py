"""Text of an entry as YAML, in the layout of `schedules fmt`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.document.scalars import core_scalar, number_text, other_reading
from schedule_catalog.editing.errors import EditError
from schedule_catalog.editing.layout_order import in_order
from schedule_catalog.wording import quoted

if TYPE_CHECKING:
    from schedule_catalog.checking.stacks import Pointer

WIDTH = 120
# Texts that mean the same without quotes, to every reader of YAML, also inside braces.
_PLAIN = re.compile(r"[A-Za-z/](?:[\w ./@()'’+–-]*[\w./@)+-])?")
_PLAIN_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_PLAIN_URL = re.compile(r"https?://[\w./?&=%~+:@-]*[\w/=]")
_ALWAYS_QUOTED = ("cron",)


def entry_lines(name: str, values: Mapping[str, Any], indent: int = 2, step: int = 2) -> list[str]:
    """Return the lines of an entry below `schedules:`, its key *indent* columns deep."""
    return [f"{' ' * indent}{key(name)}:", *_block(values, indent + step, step, ("schedules", name))]


def scalar(value: Any, name: str = "", flow: bool = False) -> str:
    """Return a value that is not a collection: without quotes if that is safe, a `cron` always in quotes."""
    if isinstance(value, float):
        return number_text(value)
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if name not in _ALWAYS_QUOTED and _is_plain(value, flow):
        return value
    return _quoted(value)


def key(name: str) -> str:
    """Return a key."""
    return name if _PLAIN.fullmatch(name) and _is_text(name) else _quoted(name)


def flow(value: Any, name: str = "") -> str:
    """Return a value on one line, collections in braces and brackets."""
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value)
        return "{" + ", ".join(f"{key(each)}: {flow(inner, each)}" for each, inner in members.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(each) for each in cast("list[Any]", value)) + "]"
    return scalar(value, name, flow=True)


def _block(values: Mapping[str, Any], indent: int, step: int, pointer: Pointer) -> list[str]:
    lines: list[str] = []
    for name, value in in_order(values.items(), pointer):
        lines += _member(name, value, indent, step, (*pointer, name))
    return lines


def _member(name: str, value: Any, indent: int, step: int, pointer: Pointer) -> list[str]:
    pad = " " * indent
    if not isinstance(value, dict | list):
        return [f"{pad}{key(name)}: {scalar(value, name)}"]
    if isinstance(value, dict):
        value = dict(in_order(cast("dict[str, Any]", value).items(), pointer))
    line = f"{pad}{key(name)}: {flow(value)}"
    if not value or (name != "request" and len(line) <= WIDTH):
        return [line]
    if isinstance(value, list):
        return [f"{pad}{key(name)}:", *_sequence(cast("list[Any]", value), indent + step)]
    return [f"{pad}{key(name)}:", *_block(value, indent + step, step, pointer)]


def _sequence(items: Sequence[Any], indent: int) -> list[str]:
    return [f"{' ' * indent}- {flow(item)}" for item in items]


def _is_plain(text: str, flow: bool) -> bool:
    if _PLAIN.fullmatch(text):
        return _is_text(text) and text.isascii()
    if _PLAIN_TIME.fullmatch(text):
        return True
    return not flow and (_PLAIN_URL.fullmatch(text) is not None or _is_number_with_unit(text))


def _is_number_with_unit(text: str) -> bool:
    return re.fullmatch(r"[1-9][0-9]* [a-z]+", text, re.ASCII) is not None


def _is_text(text: str) -> bool:
    return isinstance(core_scalar(text), str) and other_reading(text) is None


# Characters that JSON does not escape and a catalog file refuses: control characters, line breaks of some readers,
# and marks that reorder the text on a reviewer's screen.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
# JSON can escape them one by one, and Python has one for each byte of a command line that is not UTF-8.
_HALF = re.compile("[\ud800-\udfff]")


def _quoted(text: str) -> str:
    """Text in JSON's double quotes, which are valid in YAML; raises EditError for a half of a character."""
    if half := _HALF.search(text):
        raise EditError(f"{quoted(text)} has half of a character (U+{ord(half[0]):04X}): write the whole character")
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
