"""Text of a file: its encoding, its size, and the characters that are refused before YAML is parsed."""

from __future__ import annotations

import re
from functools import lru_cache

from schedule_catalog.document.refusal import Refusal

BYTES_MAX = 1 << 20

_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = {b"\xff\xfe": "UTF-16 or UTF-32", b"\xfe\xff": "UTF-16", b"\x00\x00\xfe\xff": "UTF-32"}
_USUAL = bytes(byte for byte in range(0x20, 0x7F)) + b"\t\n\r"
# Control characters; line breaks of only some readers; marks that reorder the text on a reviewer's screen; stray BOMs.
_REFUSED = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
_LINE_BREAK = re.compile("\r\n|\r|\n")
_NAMES = {
    **dict.fromkeys("\x85\u2028\u2029", "a line break to some readers and none to others"),
    **dict.fromkeys(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "a mark that reorders the text on screens"
    ),
    "\ufeff": "a byte order mark inside the text",
    "\x00": "NUL",
}


def checked(data: bytes) -> bytes:
    """Return the UTF-8 text without its byte order mark; raises Refusal at the first forbidden byte or character."""
    if len(data) > BYTES_MAX:
        raise too_large()
    if data.startswith(_BOM):
        data = data[len(_BOM) :]
    if data.translate(None, _USUAL):
        _check_characters(data)
    return data


def too_large() -> Refusal:
    """Return the refusal of a file over the limit."""
    return Refusal(0, 0, "too-large", f"the file is larger than {BYTES_MAX:,} bytes: split it")


@lru_cache(maxsize=2)
def lines(data: bytes) -> list[str]:
    """Return the lines of a text as libyaml counts them, without their ends; the last text is cached."""
    return _LINE_BREAK.split(data.removeprefix(_BOM).decode("utf-8", "replace"))


def _check_characters(data: bytes) -> None:
    for mark, encoding in _OTHER_BOMS.items():
        if data.startswith(mark):
            raise Refusal(0, 0, "encoding", f"the file is {encoding}: save it as UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8: save the file as UTF-8"
        raise Refusal(*_place(before), "encoding", message) from None
    found = re.search(_REFUSED, text)
    if found:
        character = found[0]
        name = _NAMES.get(character, "a control character")
        message = f'the character U+{ord(character):04X} is {name}: remove it, or write it as "\\u{ord(character):04x}"'
        raise Refusal(*_place(text[: found.start()]), "character", f"{message} in double quotes")


def _place(before: str) -> tuple[int, int]:
    rows = _LINE_BREAK.split(before)
    return len(rows) - 1, len(rows[-1])
