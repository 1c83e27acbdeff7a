"""Pages of the site: navigation as the index lists it, links, titles of code, and lists in the generator's layout."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.page import ROOT
from website.__main__ import build
from website.pages import navigation, outside, page, sections

INDEX = (ROOT / "docs" / "README.md").read_text()


def test_every_page_is_in_the_navigation_once() -> None:
    listed = [name for section in sections(INDEX) for _, name in section.pages]

    assert sorted(listed) == sorted(path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md")


def test_a_page_has_the_title_that_the_index_gives_it_and_begins_with_a_sentence() -> None:
    for section in sections(INDEX):
        for title, name in section.pages:
            lines = (ROOT / "docs" / name).read_text().split("\n")
            assert lines[0] == f"# {title}"
            assert re.match(r"[A-Z`*[]", lines[2]), name


def test_a_page_is_no_longer_than_a_reader_takes_in() -> None:
    lines = {path.name: path.read_text().count("\n") for path in (ROOT / "docs").glob("*.md")}

    assert {name: count for name, count in lines.items() if count > 250} == {}


def test_the_navigation_has_the_sections_of_the_index() -> None:
    index = "## Start\n\n- [Install](install.md): the command\n- [Write](requests.md): entries\n\n## Notes\n\nNone.\n"

    assert navigation(index).splitlines() == [
        "nav = [",
        '  { "Overview" = "index.md" },',
        '  { "Start" = [{ "Install" = "install.md" }, { "Write" = "requests.md" }] },',
        "]",
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("[a](README.md#x) [b](other.md)", "[a](index.md#x) [b](other.md)"),
        ("[a](../CHANGELOG.md)", "[a](changelog.md)"),
        ("[a](../schemas/a.json)", "[a](files/schemas/a.json)"),
        ("[a](https://example.com/b.md) [c](#d)", "[a](https://example.com/b.md) [c](#d)"),
        ("```yaml wrong\na: 1\n```\n", "```yaml\na: 1\n```\n"),
        ("```yaml schedules/a.yaml\na: 1\n```\n", '```yaml title="schedules/a.yaml"\na: 1\n```\n'),
        ("```text\n[a](b.md)\n```\n", "```text\n[a](b.md)\n```\n"),
        ("It says:\n- one\n- two\n", "It says:\n\n- one\n- two\n"),
        ("1. Run:\n\n   ```sh\n   make\n   ```\n", "1. Run:\n\n    ```sh\n    make\n    ```\n"),
        ("A line\n  goes on", "A line\n  goes on"),
    ],
)
def test_a_page_is_written_for_the_generator(text: str, written: str) -> None:
    assert page(text) == written


def test_other_files_of_the_repository_come_along() -> None:
    assert outside("[a](../schemas/a.json#b) [c](../CHANGELOG.md) [d](other.md)") == {"schemas/a.json"}


def test_a_link_that_leads_nowhere_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.md").write_text("# A page\n\n[gone](gone.md) [lost](#lost)\n")
    written = (ROOT / "website" / "zensical.toml").read_text()
    (tmp_path / "zensical.toml").write_text(written)

    done = subprocess.run(
        [Path(sys.executable).with_name("zensical"), "build", "--strict", "-f", tmp_path / "zensical.toml"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert re.search("2 issues found", done.stdout + done.stderr)


def test_the_documentation_builds_without_a_warning(tmp_path: Path) -> None:
    assert build(tmp_path / "site") == 0
