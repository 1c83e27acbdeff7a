"""Asking at a real terminal, of which the test holds the other end."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.confirmation import confirmed

PROGRAM = "from schedule_catalog.cli.line.confirmation import confirmed; print(confirmed('sure?', False))"


@pytest.mark.parametrize(
    ("typed", "answer"), [("y", "True"), ("YES", "True"), ("", "False"), ("n", "False"), ("yy", "False")]
)
def test_a_person_says_yes_or_nothing_is_done(typed: str, answer: str) -> None:
    terminal, inner = pty.openpty()
    try:
        os.write(terminal, f"{typed}\n".encode())
        done = subprocess.run([sys.executable, "-c", PROGRAM], stdin=inner, capture_output=True, text=True, check=True)
    finally:
        os.close(terminal)
        os.close(inner)

    assert done.stdout.strip() == answer
    assert done.stderr.startswith("sure? [y/N] ")
    assert ("nothing was done" in done.stderr) is (answer == "False")


def test_without_a_terminal_it_has_to_be_said_beforehand() -> None:
    assert confirmed("sure?", True)
    with pytest.raises(UsageError, match="--yes"):
        confirmed("sure?", False)
