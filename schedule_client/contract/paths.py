"""Paths that stay below their base, however the servers in between read them.

Gateways, frameworks and application servers each decode a path once more, drop the parameters of its segments (";…"),
take a backslash for "/", drop spaces and dots at the end of a name, or fold full-width characters. The check reads a
path as each of them may read it, so that none finds a ".." that an earlier one did not see.
"""

from __future__ import annotations

import re
from functools import cache

# Each program in between decodes once; a path with more encodings than this hides something.
_MOST_READINGS = 4


def path_mistake(path: str) -> str | None:
    """Return why `path` (without its query) could lead out of its base, or None.

    Refused, in the path itself and decoded once or more, are: segments of dots only, with or without parameters or
    spaces, slashes and backslashes that were encoded, and control characters.
    """
    if "." not in path and "%" not in path:
        return None
    reading = path
    for _ in range(_MOST_READINGS):
        if any(_is_dots(segment) for segment in _segments(reading)):
            return 'the path has a "." or ".." segment: write the resulting path'
        if "%" not in reading or (decoded := _decoded(reading)) == reading:
            return None
        if "\\" in decoded or decoded.count("/") > reading.count("/"):
            return 'the path hides a "/" or "\\" behind percent-encoding: write the path itself'
        if _control().search(decoded):
            return "the path hides a control character behind percent-encoding: remove it"
        reading = decoded
    return "the path is percent-encoded several times: encode it once"


def _segments(reading: str) -> list[str]:
    if reading.isascii():
        return reading.split("/")
    from unicodedata import normalize

    return normalize("NFKC", reading).replace("\\", "/").split("/")


def _is_dots(segment: str) -> bool:
    """Whether a server may read `segment` as "." or "..", without its parameters and white space."""
    name = "".join(segment.partition(";")[0].split())
    return name != "" and name.strip(".") == ""


def _decoded(reading: str) -> str:
    from urllib.parse import unquote_to_bytes

    octets = unquote_to_bytes(
        _wide_escape().sub(lambda found: chr(int(found[1], 16)), reading).encode("utf-8", "replace")
    )
    return _overlong().sub(_short, octets).decode("utf-8", "replace")


def _short(found: re.Match[bytes]) -> bytes:
    """ASCII character of an overlong sequence, which a lax reader of UTF-8 accepts."""
    return bytes((((found[0][-2] & 0x03) << 6 | found[0][-1] & 0x3F) & 0x7F,))


@cache
def _control() -> re.Pattern[str]:
    return re.compile(r"[\x00-\x1f\x7f]")


@cache
def _wide_escape() -> re.Pattern[str]:
    return re.compile(r"%u([0-9A-Fa-f]{4})")


@cache
def _overlong() -> re.Pattern[bytes]:
    return re.compile(rb"[\xc0\xc1][\x80-\xbf]|\xe0[\x80\x81][\x80-\xbf]|\xf0\x80[\x80\x81][\x80-\xbf]")
