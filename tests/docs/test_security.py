"""docs/security.md: each attack names a test that exists, and each claim elsewhere leads to its attack."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.docs.page import ROOT
from tests.docs.test_pages import anchors

PAGE = (ROOT / "docs" / "security.md").read_text()
HEAD = ["attack", "what happens", "test"]
TABLE = re.compile(r"^\|.*\|\n\| --- \| --- \| --- \|\n((?:\|.*\|\n)+)", re.MULTILINE)
NODE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def cells(row: str) -> list[str]:
    """Split a row at the pipes that no backslash keeps."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


ROWS = [cells(row) for table in TABLE.findall(PAGE) for row in table.splitlines()]


def names_in(path: str) -> set[str]:
    """The names of a module's tests."""
    tree = ast.parse((ROOT / path).read_text())
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_line_of_a_table_is_read() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("|") and not line.startswith("| ---")]

    assert [cells(line) for line in lines if cells(line) != HEAD] == ROWS


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_an_attack_names_tests_that_exist(row: list[str]) -> None:
    attack, outcome, tests = row
    named = NODE.findall(tests)

    assert attack
    assert outcome
    assert ", ".join(f"`{path}::{name}`" for path, name in named) == tests, "node ids in backticks, commas between them"
    assert [name for path, name in named if not name.startswith("test_") or name not in names_in(path)] == []


# Sentences of other pages about who cannot do what. Each leads to the attack that tries it.

CLAIM = re.compile(
    r"\b(cannot|may not|never|nobody|neither|denie[sd]|refuse[sd]|alone|only|believe[sd]?|safe|claims?)\b",
    re.IGNORECASE,
)
LINK = re.compile(r"\]\(security\.md#([\w-]+)\)")
# How each sentence begins that has one of these words and is about something else.
ABOUT_SOMETHING_ELSE = {
    "platform": [
        "The same sources give the same bytes",
        "It only permits the call",
    ],
    "helper": [
        "The time is the first whole minute",
        "A datetime without a zone",
        "With keys, running it again",
    ],
}


def sentences(page: str) -> Iterator[str]:
    """Yield the sentences of paragraphs and lists; the rows of policies are those of tests/infra/roles.yaml."""
    for paragraph in re.split(r"\n\s*\n|\n(?=\d\. |- )", re.sub(r"```.*?```", "", page, flags=re.DOTALL)):
        if not paragraph.startswith(("#", "|")):
            yield from re.split(r"(?<=[.?!])\s+", paragraph.strip())


@pytest.mark.parametrize("name", ABOUT_SOMETHING_ELSE)
def test_a_claim_about_who_cannot_do_what_leads_to_the_attack_that_tries_it(name: str) -> None:
    claims = [each for each in sentences((ROOT / "docs" / f"{name}.md").read_text()) if CLAIM.search(each)]
    without = [each for each in claims if not LINK.search(each)]
    others = ABOUT_SOMETHING_ELSE[name]

    assert len(claims) > len(without)
    assert [each for each in without if not each.startswith(tuple(others))] == [], "link the row of docs/security.md"
    assert [start for start in others if not any(each.startswith(start) for each in without)] == []


def test_what_other_pages_link_to_is_an_attack_or_said_to_be_left_to_the_reader() -> None:
    attacks = {found for row in ROWS for found in re.findall(r'^<a id="([\w-]+)"></a>', row[0])}
    pages = [path.read_text() for path in (ROOT / "docs").glob("*.md")]
    named = {found for page in pages for found in LINK.findall(page)}

    assert named - attacks - {"what-is-left-to-you"} == set()
    assert attacks - named == set(), "an anchor that nothing leads to"
    assert attacks <= anchors(PAGE)
