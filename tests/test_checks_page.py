"""The pages on checks have a section for each rule, and its samples print what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schedule_catalog.calendars import calendars_under
from schedule_catalog.checking.pipeline import check
from schedule_catalog.checking.rules import RULES
from schedule_catalog.settings import put_together, read_settings

DOCS = Path(__file__).parents[1] / "docs"
INDEX = (DOCS / "checks.md").read_text()
PAGES = {path.name: path.read_text() for path in sorted(DOCS.glob("checks-*.md"))}
NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
SECTION = re.compile(
    r"^## (\S+)\n\n([^\n]+)\n\n```(yaml|sh)\n(.*?)```\n\n```text\n(.*?)```\n", re.MULTILINE | re.DOTALL
)
SECTIONS = [section for page in PAGES.values() for section in SECTION.findall(page)]
LINK = re.compile(r'<a id="([\w-]+)"></a>\[([\w.-]+)\]\(([\w-]+\.md)#([\w-]+)\)')


def block(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)```", INDEX, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "Pulumi.dev.yaml").write_text(block("yaml settings"))
    return tmp_path


def printed(folder: Path, notes: bool = False) -> str:
    settings = put_together(map(read_settings, folder.glob("Pulumi.*.yaml")))
    with chdir(folder):
        calendars = calendars_under(Path("calendars"), NOW).freezing(settings)
        problems = check([Path("schedules")], settings=settings, calendars=calendars, now=NOW, notes=notes).problems
    return "".join(f"{problem}\n" for problem in problems)


def test_every_rule_has_its_section_and_no_section_is_of_another() -> None:
    assert sorted(name for name, *_ in SECTIONS) == sorted(RULES)
    assert sum(page.count("\n## ") for page in PAGES.values()) == len(SECTIONS)


def test_the_index_links_each_rule_at_an_anchor_of_its_name() -> None:
    places = [(rule, path) for path, page in PAGES.items() for rule, *_ in SECTION.findall(page)]
    slugs = [rule.replace(".", "") for rule, _ in places]

    assert sorted(LINK.findall(INDEX)) == sorted(
        (slug, rule, path, slug) for slug, (rule, path) in zip(slugs, places, strict=True)
    )


@pytest.mark.parametrize(("rule", "text", "kind", "sample", "output"), SECTIONS, ids=[name for name, *_ in SECTIONS])
def test_a_sample_prints_what_the_page_says(
    folder: Path, rule: str, text: str, kind: str, sample: str, output: str
) -> None:
    if kind == "yaml":
        (folder / "schedules" / "sample.yaml").write_text(sample)
    else:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        subprocess.run(["sh", "-c", sample], cwd=folder, check=True, env=os.environ | {"PATH": path})

    assert printed(folder, notes=rule == "rate-at-once") == output
    assert f"[{rule}]" in output
    assert text.lower().startswith(RULES[rule].lower())


def test_the_exception_of_the_page_silences_its_warning(folder: Path) -> None:
    (folder / "schedules" / "sample.yaml").write_text(block("yaml"))

    assert printed(folder) == ""
