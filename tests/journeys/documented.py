"""The documentation's own commands, by which a journey goes."""

from __future__ import annotations

import re

from tests.docs.page import ROOT


def documented(line: str, page: str) -> str:
    """Return a command that a page has as it is typed, on a line or in the text; a journey types no other."""
    text = (ROOT / page).read_text()
    shown = {each.strip().removeprefix("$ ") for each in text.splitlines()}
    shown |= set(re.findall(r"`([^`\n]+)`", text))
    assert line in shown, f"{page} does not have the command {line}"
    return line


def documented_words(words: tuple[str, ...], *pages: str) -> None:
    """Assert that pages have the verb and each flag of a command, whose names and times are the journey's own."""
    text = "\n".join((ROOT / page).read_text() for page in pages)
    verb = [word for word in words[:2] if word.isalpha() and word.islower()]
    flags = [word for word in words if word.startswith("--")]
    assert f"schedules {words[0]}" in text
    assert [each for each in (" ".join(verb), *flags) if each not in text] == []
