"""The way to the program: which process is started, and what is said where it is not installed."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from schedule_catalog.cli.line.parser import parser
from schedule_catalog.cli.line.stack_program import start_stack_program


def started(*line: str) -> Sequence[str]:
    """The process that a command line becomes."""
    found = list[Sequence[str]]()

    def start(program: str, arguments: Sequence[str]) -> int:
        assert program == sys.executable
        found.append(arguments)
        return 7

    assert start_stack_program(options(*line), start) == 7
    return found[0]


def options(*line: str) -> Namespace:
    return parser(line).parse_line(line)


def test_the_program_gets_the_words_after_the_verb_as_they_are() -> None:
    assert started("--color", "never", "packages", "--out", "a b") == [
        *(sys.executable, "-P", "-m", "schedule_stack", "packages", "--out", "a b")
    ]


def test_the_program_runs_without_the_modules_of_the_folder() -> None:
    assert "-P" in started("packages")


def test_the_checkout_is_found_as_an_installed_program_is() -> None:
    import schedule_stack

    assert Path(__file__).parents[4] == schedule_stack.TREE
