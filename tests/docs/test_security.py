"""docs/security.md: each attack of its tables names a test that exists."""

from __future__ import annotations

import ast
import re

import pytest

from tests.docs.page import ROOT

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
