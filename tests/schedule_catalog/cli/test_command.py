from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.line.parser import COMMANDS, command, parser
from tests.type_check import type_errors

# A verb that cannot be run: its `run` asks for an argument that nobody gives.
WRONG = """
from argparse import ArgumentParser, Namespace
from datetime import datetime

from schedule_catalog.cli.command import Command

def add_arguments(command: ArgumentParser) -> None: ...
def run(options: Namespace, now: datetime, stack: str) -> int:
    return len(stack)

COMMAND = Command("Do it.", "schedules it", add_arguments, run)
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_verb_is_a_command_whose_example_is_a_line_that_it_takes(name: str) -> None:
    found = command(name)
    program, verb, *arguments = shlex.split(found.example)

    assert isinstance(found, Command)
    assert (program, verb) == ("schedules", name)
    assert parser([verb, *arguments]).parse_args([verb, *arguments]).command == name


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_not_wider_than_the_terminal(name: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    line = parser([name] if name else [])
    shown = line.below()[name].format_help() if name else line.format_help()

    assert [each for each in shown.splitlines() if len(each) > width] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_shell_reads_the_example_of_a_narrow_terminal_as_one_command(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")

    shown = parser([name]).below()[name].format_help().partition("\nexample:\n")[2]

    assert shlex.split(shown.strip().replace("\\\n", "")) == shlex.split(command(name).example)


def test_a_verb_with_a_wrong_signature_fails_the_type_check(tmp_path: Path) -> None:
    assert "Extra parameter" in type_errors(tmp_path, WRONG)
