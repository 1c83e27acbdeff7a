"""Writes into the pages what their commands print now: `python -m tests.docs.update [PAGE...]`, then read the diff.

Output that was shortened with "…" and is still right stays short.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.docs.page import ROOT, Desk, blocks, commands, matches
from tests.docs.stack_desk import StackDesk

PAGES = ROOT / "docs"


def updated(page: str, desk: Desk, stack: StackDesk) -> str:
    """Return the page with the output of its commands."""
    parts, end = list[str](), 0
    for block in blocks(page):
        if block.language == "yaml":
            desk.write(block)
        for command in commands(block) if block.language == "console" else ():
            printed = (stack if block.title == "stack" else desk).run(command.line)
            output = command.output if matches(printed, command.output) else printed
            parts += [page[end : command.start], output]
            end = command.start + len(command.output)
    return "".join([*parts, page[end:]])


def main(names: list[str]) -> None:
    """Update the pages that are named, or all."""
    for path in [PAGES / f"{name}.md" for name in names] or sorted(PAGES.glob("*.md")):
        with TemporaryDirectory() as folder:
            (Path(folder) / "stack").mkdir()
            stack = StackDesk(Path(folder) / "stack")
            path.write_text(updated(path.read_text(), Desk(Path(folder), path.stem), stack))


if __name__ == "__main__":
    main(sys.argv[1:])
