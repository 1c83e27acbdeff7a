"""The page about operation is followed from top to bottom, in one deployed stack."""

from __future__ import annotations

from pathlib import Path

from schedule_catalog.cli.line.parser import COMMANDS
from schedule_catalog.operations import STATES
from tests.docs.page import ROOT, blocks, commands, matches
from tests.docs.stack_desk import StackDesk

OPERATING = {"history", "status", "trigger", "undelivered"}
PAGE = (ROOT / "docs" / "operate.md").read_text()


def test_each_command_prints_what_the_page_says(tmp_path: Path) -> None:
    desk = StackDesk(tmp_path)
    shown = [command for block in blocks(PAGE) if block.title == "stack" for command in commands(block)]

    assert len(shown) > 10
    for command in shown:
        printed = desk.run(command.line)
        assert matches(printed, command.output), f"$ {command.line}\n{printed}"


def test_every_command_about_a_deployed_stack_is_on_the_page() -> None:
    assert set(COMMANDS) >= OPERATING
    assert {name for name in COMMANDS if f"$ schedules {name}" in PAGE} == OPERATING


def test_every_state_of_a_schedule_is_explained_worst_first() -> None:
    section = PAGE.partition("## Every schedule at a glance")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")]

    assert tuple(rows[2:]) == STATES
