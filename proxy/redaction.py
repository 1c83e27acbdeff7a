"""Responses without the secret of the call: an echo of it would end up in logs, queues and terminals.

A target echoes a text in its own format, so a response is searched unchanged, and again with its escapes decoded,
until none is left: a list of spellings would never be complete.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING

from schedule_client.contract.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.transport import Reply

REDACTED = "[redacted]"
# Shorter texts are in many words of a response.
_LEAST_LENGTH = 4
# Unchanged, then JSON in HTML in a URL, and the lines of Base64 in it. A target can hide a secret on purpose; this is
# for responses that repeat one by accident.
_MOST_READINGS = 5
# One spelling for equal bytes: no case, Base64 and its form for URLs, a space and the "+" of a form.
_SAME = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ ", b"abcdefghijklmnopqrstuvwxyz+/+")


def redacted(reply: Reply, *secrets: str | None) -> Reply:
    """Return `reply` with REDACTED for each of `secrets`, its password, or either as Base64 or hexadecimal digits.

    They are found in the escapes of JSON, HTML, URLs and JavaScript, also nested, and where the response was cut
    within them.
    """
    sought = tuple(each for secret in secrets if secret is not None for each in _sought(secret.strip()))
    if not sought:
        return reply
    content_type = _without(reply.content_type.encode("utf-8", "replace"), sought).decode("utf-8", "replace")
    location = reply.location and _without(reply.location.encode("utf-8", "replace"), sought).decode("utf-8", "replace")
    return replace(reply, body=_without(reply.body, sought), content_type=content_type, location=location)


def _sought(secret: str) -> tuple[bytes, ...]:
    """Texts that reveal the secret, in the one spelling of `_SAME`."""
    found: dict[bytes, None] = {}
    for text in (secret, secret.partition(":")[2]):
        if len(text) < _LEAST_LENGTH:
            continue
        plain = text.encode("utf-8", "replace")
        for form in (*_readings(plain), text.encode("latin-1", "ignore"), plain.hex().encode(), *_base64(plain)):
            if len(form) >= _LEAST_LENGTH:
                found[form.translate(_SAME)] = None
    return tuple(found)


def _readings(plain: bytes) -> Iterator[bytes]:
    """`plain`, and its reading when bytes that look like escapes in it are decoded with the real ones around it.

    A last character that could begin an escape with the following text is omitted.
    """
    for _ in range(_MOST_READINGS):
        yield plain
        yield plain[:-1] if plain.endswith((b"\\", b"%", b"&")) else plain
        plain = _escape().sub(_meant, plain)


def _base64(plain: bytes) -> Iterator[bytes]:
    """Base64, unpadded, and the part of it that stays when other text is encoded before and after it."""
    yield b64encode(plain).rstrip(b"=")
    for before in range(3):
        encoded = b64encode(bytes(before) + plain).rstrip(b"=")
        whole = (before + len(plain)) * 8 // 6
        yield encoded[-(-before * 8 // 6) : whole]


def _without(text: bytes, sought: tuple[bytes, ...]) -> bytes:
    spans = sorted(_spans(text, sought))
    if not spans:
        return text
    kept, done = bytearray(), 0
    for start, end in spans:
        if start >= done:
            kept += text[done:start] + REDACTED.encode()
        done = max(done, end)
    return bytes(kept + text[done:])


def _spans(text: bytes, sought: tuple[bytes, ...]) -> Iterator[tuple[int, int]]:
    """Positions of `sought` in `text`."""
    reading, places = text, range(len(text) + 1)
    for _ in range(_MOST_READINGS):
        same = reading.translate(_SAME)
        ends = (same, _unfinished().sub(b"", same))
        for each in sought:
            start = same.find(each)
            while start >= 0:
                yield places[start], places[start + len(each)]
                start = same.find(each, start + 1)
            yield from ((places[cut], len(text)) for end in ends if (cut := _cut_off(end, each)) is not None)
        if _escape().search(reading) is None:
            return
        reading, places = _read_again(_unfinished().sub(b"", reading), places)


def _cut_off(end: bytes, each: bytes) -> int | None:
    """Positions of the beginning of `each` at the end of `end`."""
    last = end[-_LEAST_LENGTH:]
    at = each.rfind(last, 0, len(each) - 1) if len(last) == _LEAST_LENGTH else -1
    while at >= 0:
        if end.endswith(each[: at + _LEAST_LENGTH]):
            return len(end) - at - _LEAST_LENGTH
        at = each.rfind(last, 0, at + _LEAST_LENGTH - 1)
    return None


def _read_again(reading: bytes, places: range | list[int]) -> tuple[bytes, list[int]]:
    """`reading` with its escapes decoded, and the position of each byte, and of the end, in the original."""
    text, found, done = bytearray(), list[int](), 0
    for escape in _escape().finditer(reading):
        meant = _meant(escape)
        text += reading[done : escape.start()] + meant
        found += places[done : escape.start()]
        found += [places[escape.start()]] * len(meant)
        done = escape.end()
    return bytes(text + reading[done:]), [*found, *places[done:]]


def _meant(escape: re.Match[bytes]) -> bytes:
    kind, text = escape.lastgroup, escape[escape.lastgroup or 0].decode("ascii", "replace")
    match kind:
        case "octet":
            return bytes((int(text, 16),))
        case "pair":
            return bytes.fromhex(text.replace("\\u", "").replace("\\U", "")).decode("utf-16-be", "replace").encode()
        case "unit" | "point" | "reference":
            return _character(int(text, 16))
        case "decimal":
            return _character(int(text))
        case "octal":
            return bytes((int(text, 8),))
        case "entity":
            from html import unescape

            return unescape(f"&{text};").encode("utf-8", "replace")
        case "escaped":
            return {"n": b"\n", "r": b"\r", "t": b"\t"}.get(text, escape["escaped"])
        case _:
            return b""  # end of a line, as in Base64 of many lines


def _character(point: int) -> bytes:
    return chr(point).encode("utf-8", "replace") if point < 0x110000 else b"?"


@cache
def _escape() -> re.Pattern[bytes]:
    return re.compile(
        rb"(?P<pair>\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})"
        rb"|[\\%]u(?P<unit>[0-9a-f]{4})"
        rb"|\\[ux]\{(?P<point>[0-9a-f]{1,6})\}"
        rb"|(?:%|\\x)(?P<octet>[0-9a-f]{2})"
        rb"|&\#x(?P<reference>[0-9a-f]{1,8});?"
        rb"|&\#(?P<decimal>[0-9]{1,8});?"
        rb"|&(?P<entity>[a-z][a-z0-9]{1,30});"
        rb"|\\(?P<octal>[0-3][0-7]{2})"
        rb"|\\(?P<escaped>[^\r\n])"
        rb"|[\r\n]+",
        re.IGNORECASE,
    )


@cache
def _unfinished() -> re.Pattern[bytes]:
    """Start of an escape that the end of the text has cut."""
    return re.compile(
        rb"(?:[%\\](?:u\{?[0-9a-f]{0,5}|x?\{?[0-9a-f]?|[0-3][0-7]?)|&\#?x?[0-9a-z]{0,8})\Z", re.IGNORECASE
    )
