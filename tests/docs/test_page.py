"""The runner of the documentation can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.page import Desk, blocks, commands, matches


@pytest.mark.parametrize(
    ("printed", "expected", "agrees"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "a\n", False),
        ("a\nb\nc\n", "a\n…\nc\n", True),
        ("a\nc\n", "a\n…\nc\n", True),
        ("a\nb\nd\n", "a\n…\nc\n", False),
        ("x\na\n", "a\n…\n", False),
        ("a\nx\ny\n", "a\n…\n", True),
    ],
)
def test_output_agrees_line_by_line_and_dots_stand_for_any_lines(printed: str, expected: str, agrees: bool) -> None:
    assert matches(printed, expected) is agrees


def test_commands_have_the_lines_that_follow_them() -> None:
    (block,) = blocks("text\n\n```console\n$ one \\\n> two\nout\n\nmore\n$ three\n```\n")

    assert [(each.line, each.output) for each in commands(block)] == [("one \\\ntwo", "out\n\nmore\n"), ("three", "")]


def test_a_desk_runs_the_real_command_at_its_fixed_moment(tmp_path: Path) -> None:
    printed = Desk(tmp_path, "none").run("schedules next --expression 'rate(1 hour)' --count 1")

    assert "Mon 2026-11-23 09:00 UTC" in printed
