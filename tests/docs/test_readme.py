"""What the README shows works in this repository as it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check
from schedule_catalog.cli.line.parser import COMMANDS
from schedule_catalog.settings import read_settings
from tests.docs.page import ROOT, Desk, blocks, commands, matches

README = (ROOT / "README.md").read_text()


def test_the_sample_is_right_in_the_dev_stack(tmp_path: Path) -> None:
    sample = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert sample is not None
    (tmp_path / "billing.yaml").write_text(sample[1])
    settings = read_settings(ROOT / "Pulumi.dev.yaml")

    catalog = check([tmp_path], settings={"dev": settings}, calendars=UNREAD, now=datetime(2026, 11, 23, tzinfo=UTC))

    assert catalog.problems == ()
    assert [entry.name for entry in catalog.entries] == ["close-invoices"]


def test_the_first_commands_print_what_it_says(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "none")
    followed = [command for block in blocks(README) if block.language == "console" for command in commands(block)]

    assert [each.line.split()[1] for each in followed] == ["init", "check", "next"]
    for command in followed:
        printed = desk.run(command.line)
        assert matches(printed, command.output), printed


def test_its_pictures_are_small() -> None:
    pictures = [ROOT / link for link in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)]

    assert len(pictures) == 3
    assert all(picture.stat().st_size < 200_000 for picture in pictures)


def test_every_verb_and_command_that_it_names_is_there() -> None:
    verbs = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE)) <= verbs
    assert set(re.findall(r"`schedules ([a-z]+)", README)) <= set(COMMANDS)


def test_every_file_that_it_links_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
