"""What the README shows works in this repository as it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check
from schedule_catalog.cli.line.parser import COMMANDS
from schedule_catalog.settings import read_settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_the_sample_is_right_in_the_dev_stack(tmp_path: Path) -> None:
    sample = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert sample is not None
    (tmp_path / "billing.yaml").write_text(sample[1])
    settings = read_settings(ROOT / "Pulumi.dev.yaml")

    catalog = check([tmp_path], settings={"dev": settings}, calendars=UNREAD, now=datetime(2026, 11, 23, tzinfo=UTC))

    assert catalog.problems == ()
    assert [entry.name for entry in catalog.entries] == ["close-invoices"]


def test_every_verb_and_command_that_it_names_is_there() -> None:
    verbs = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"\bmake ([a-z]+)", README)) <= verbs
    assert set(re.findall(r"`schedules ([a-z]+)", README)) <= set(COMMANDS)


def test_every_file_that_it_links_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
