"""Text as a terminal shows it: width in cells, nothing that it would obey."""

from __future__ import annotations

import unicodedata

TAB = "    "


def printable(text: str) -> str:
    """Return *text* with control characters and marks that reorder the line made visible."""
    return text if text.isprintable() else "".join(mark if mark.isprintable() else _visible(mark) for mark in text)


def expanded(text: str) -> str:
    """Return a source line that can be printed: tabs as spaces, the rest as `printable`."""
    return printable(text.replace("\t", TAB))


def width(text: str) -> int:
    """Return how many cells a printable text takes."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def padded(text: str, cells: int) -> str:
    """Return *text* filled up with spaces to *cells*."""
    return text + " " * (cells - width(text))


def _cells(mark: str) -> int:
    if unicodedata.combining(mark) or unicodedata.category(mark) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(mark) in ("W", "F") else 1


def _visible(mark: str) -> str:
    return f"<U+{ord(mark):04X}>"
