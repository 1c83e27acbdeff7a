"""IANA time zones from the `tzdata` package, so that a preview does not depend on the age of a machine's own files."""

from __future__ import annotations

import io
import os
import struct
from functools import cache
from typing import TYPE_CHECKING, Any

import tzdata

from schedule_catalog.expressions.errors import ZoneError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_HEADER = struct.Struct(">4sc15x6L")


@cache
def names() -> frozenset[str]:
    """Return every zone's name, except "Factory", IANA's name for "no zone was chosen"."""
    return frozenset(_file("zones").decode().split()) - {"Factory"}


@cache
def zone(name: str) -> ZoneInfo:
    """Return the zone of that exact IANA name; ZoneError has the name to write instead."""
    from zoneinfo import ZoneInfo

    return ZoneInfo.from_file(io.BytesIO(_rules(name)), key=name)


@cache
def listed_changes(name: str) -> tuple[int, ...]:
    """Return the POSIX seconds of the changes that the zone's TZif file lists; later years follow one rule.

    Source: RFC 9636, section 3: a version 1 block, which is skipped, then the same with 64-bit times.
    """
    data = _rules(name)
    _, _, isut, isstd, leap, times, types, chars = _HEADER.unpack_from(data)
    second = _HEADER.size + 5 * times + 6 * types + chars + 8 * leap + isstd + isut
    count = _HEADER.unpack_from(data, second)[5]
    return struct.unpack_from(f">{count}q", data, second + _HEADER.size)


def _rules(name: str) -> bytes:
    if name not in names():
        from schedule_catalog.expressions.zone_names import advice

        raise ZoneError(name, *advice(name, names(), _content))
    return _content(name)


def _content(name: str) -> bytes:
    return _file(f"zoneinfo/{name}")


def _file(path: str) -> bytes:
    # What pkgutil.get_data does, without the import: in a zip as well, a package's loader has its files.
    loader: Any = tzdata.__loader__
    return loader.get_data(os.path.join(tzdata.__path__[0], *path.split("/")))  # noqa: PTH118 - a path of the loader
