"""The documentation's own commands, by which a journey goes."""

from __future__ import annotations

import re

from tests.docs.page import ROOT, blocks


def documented(line: str, page: str) -> str:
    """Return a command that a page has as it is typed, in a block or in the text; a journey types no other."""
    text = (ROOT / page).read_text()
    shown = {each.removeprefix("$ ") for block in blocks(text) for each in block.text.splitlines()}
    shown |= set(re.findall(r"`([^`\n]+)`", text))
    assert line in shown, f"{page} does not have the command {line}"
    return line
