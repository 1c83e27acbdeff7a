"""Untrusted text in a comment on GitHub: displayed, never interpreted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schedule_catalog.cli.text.screen import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

LENGTH_MAX = 300
QUOTATION_BYTES_MAX = 15_000
# Texts that GitHub turns into links after it has parsed the Markdown: a zero-width space prevents that.
_CALLING = re.compile(r"[@#]|\bGH(?=-)", re.IGNORECASE)
# GitHub leaves these unchanged in a code span; in a sentence it links addresses and commits, and shows pictures.
_LINKING = re.compile(r"[@#]|\bGH(?=-)|\bwww(?=\.)|:(?=//|[a-z0-9_+-]+:)|[0-9a-f]{6}(?=[0-9a-f])", re.IGNORECASE)
# A space or dash at the start of a text would begin code, a list or a line in the list that contains it.
_START = re.compile(r"^[ -]")
_ACTIVE = re.compile(r"[^0-9A-Za-z ,\u00a1-\u200a\u200c-\U0010ffff-]")


def code_span(text: str) -> str:
    """Return an HTML code span in which no character of *text* starts Markdown, HTML, a link, a mention or a reference.

    A code span of backticks would end at the first backtick, and at a pipe in a table; numeric references end nowhere.
    https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
    """
    shown = printable(text[:LENGTH_MAX]) + ("…" if len(text) > LENGTH_MAX else "")
    return f"<code>{_entities(_CALLING.sub(_apart, shown))}</code>"


def plain_text(text: str) -> str:
    """Return a sentence of ours that quotes untrusted text, as plain text."""
    shown = printable(text[: 2 * LENGTH_MAX]) + ("…" if len(text) > 2 * LENGTH_MAX else "")
    return _START.sub(_entity, _entities(_LINKING.sub(_apart, shown)))


def pre_block(lines: Iterable[str]) -> str:
    """Return lines as a terminal shows them, as many as fit beside other text in a comment or an issue."""
    size, shown = 0, list[str]()
    for line in lines:
        text = _entities(_CALLING.sub(_apart, printable(line[: 2 * LENGTH_MAX])))
        size += len(text.encode()) + 1
        if size > QUOTATION_BYTES_MAX:
            shown.append("and more")
            break
        shown.append(text)
    return "".join(("<pre>\n", *(f"{line}\n" for line in shown), "</pre>\n"))


def _apart(match: re.Match[str]) -> str:
    return f"{match[0]}\u200b"


def _entities(text: str) -> str:
    return _ACTIVE.sub(_entity, text)


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
