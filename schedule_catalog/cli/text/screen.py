"""Text on a terminal: width in cells, without characters that it would interpret."""

from __future__ import annotations

import unicodedata

TAB = "    "


def printable(text: str) -> str:
    """Return *text* with control characters and bidirectional marks made visible."""
    return text if text.isprintable() else "".join(mark if mark.isprintable() else _visible(mark) for mark in text)


def expanded(text: str) -> str:
    """Return a source line ready to print: tabs as spaces, the rest as `printable`."""
    return printable(text.replace("\t", TAB))


def width(text: str) -> int:
    """Return the number of cells of a printable text."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def padded(text: str, cells: int) -> str:
    """Return *text* padded with spaces to *cells*."""
    return text + " " * (cells - width(text))


def cut(text: str, cells: int) -> str:
    """Return the part of a printable text that fits into *cells*, with an ellipsis if it is cut."""
    if width(text) <= cells:
        return text
    kept = 0
    for index, mark in enumerate(text):
        kept += _cells(mark)
        if kept >= cells:
            return f"{text[:index]}…"
    return text


def wrapped(text: str, cells: int) -> list[str]:
    """Return a printable text as lines of at most *cells*, broken at blanks; further lines are indented."""
    indent = " " * min(len(text) - len(text.lstrip(" ")) + 2, cells // 2)
    lines, rest = list[str](), text
    while width(rest) > cells:
        head = cut(rest, cells + 1)[:-1]
        blank = head.rfind(" ", len(indent))
        at = blank if blank > 0 else len(head)
        lines.append(rest[:at].rstrip())
        rest = indent + rest[at:].lstrip(" ")
    return [*lines, rest]


def _cells(mark: str) -> int:
    if unicodedata.combining(mark) or unicodedata.category(mark) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(mark) in ("W", "F") else 1


def _visible(mark: str) -> str:
    return f"<U+{ord(mark):04X}>"
