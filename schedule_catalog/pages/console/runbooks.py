"""Runbooks of the alarms: sections of docs/alarms.md, which the package carries."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

_PACKAGE = Path(__file__).parents[2]
_FILES = (_PACKAGE / "alarms.md", _PACKAGE.parent / "docs" / "alarms.md")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)|`([^`]+)`")
_RUNBOOK = "#alarm-"


class RunbookPart(NamedTuple):
    """Part of a paragraph; `runbook` is that of a link to another one."""

    kind: Literal["text", "code", "runbook"]
    text: str
    runbook: str = ""


Paragraph: TypeAlias = tuple[RunbookPart, ...]


def runbook(name: str, files: tuple[Path, ...] = _FILES) -> tuple[Paragraph, ...] | None:
    """Return the paragraphs below a heading; None if there is none."""
    text = next((file.read_text("utf-8") for file in files if file.is_file()), "")
    sections = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    found = dict(zip(sections[1::2], sections[2::2], strict=True)).get(f"Alarm: {name}")
    if found is None:
        return None
    return tuple(tuple(_spans(each)) for each in found.strip().split("\n\n"))


def _spans(paragraph: str) -> list[RunbookPart]:
    """Texts, code and links to other runbooks; other links stay texts, as the console has only these pages."""
    spans: list[RunbookPart] = []
    end = 0
    for match in _LINK.finditer(paragraph):
        spans.append(RunbookPart("text", paragraph[end : match.start()]))
        end = match.end()
        words, target, code = match.groups()
        if code is not None:
            spans.append(RunbookPart("code", code))
        elif target.startswith(_RUNBOOK):
            spans.append(RunbookPart("runbook", words, target.removeprefix(_RUNBOOK)))
        else:
            spans.append(RunbookPart("text", words))
    return [*spans, RunbookPart("text", paragraph[end:])]
