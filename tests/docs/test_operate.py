"""The pages about operation are followed from top to bottom, each in a deployed stack of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from schedule_catalog.cli.line.parser import COMMANDS
from schedule_catalog.operations import STATES
from tests.docs.page import ROOT, blocks, commands, matches
from tests.docs.stack_desk import StackDesk

OPERATING = {"history", "pause", "resume", "status", "trigger", "undelivered"}
PAGE = (ROOT / "docs" / "operate.md").read_text()
SHOWN = {
    path.stem: found
    for path in sorted((ROOT / "docs").glob("*.md"))
    if (found := [line for each in blocks(path.read_text()) if each.title == "stack" for line in commands(each)])
}


@pytest.mark.parametrize("page", SHOWN)
def test_each_command_prints_what_the_page_says(page: str, tmp_path: Path) -> None:
    desk = StackDesk(tmp_path)
    for command in SHOWN[page]:
        printed = desk.run(command.line)
        assert matches(printed, command.output), f"$ {command.line}\n{printed}"


def test_every_command_about_a_deployed_stack_is_on_a_page() -> None:
    assert set(COMMANDS) >= OPERATING
    assert {command.line.split()[1] for page in SHOWN.values() for command in page} == OPERATING


def test_every_state_of_a_schedule_is_explained_worst_first() -> None:
    section = PAGE.partition("## Every schedule at a glance")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")]

    assert tuple(rows[2:]) == STATES
