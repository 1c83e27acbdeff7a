"""A page of the documentation as what its samples do: files, and commands with what they print."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOW = "2026-11-23T09:00:00+00:00"
ANYTHING = "…\n"
"""A line that stands for any lines."""

SAMPLE = "schedules/sample.yaml"
_FENCE = re.compile(r"^```(\w*)(?: ([^\n`]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*\n(?:> .*\n)*)((?:(?!\$ ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, what the fence says beside it, its text, and where the text is in the page."""

    language: str
    title: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a `console` block, what the page says that it prints, and where that is in the page."""

    line: str
    output: str
    start: int


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks in their order."""
    for found in _FENCE.finditer(page):
        yield Block(found[1], found[2] or "", found[3], found.start(3))


def commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a console block; lines that start with "> " go on with the one before."""
    for found in _COMMAND.finditer(block.text):
        yield Command(found[1].replace("\n> ", "\n").rstrip("\n"), found[2], block.start + found.start(2))


def matches(printed: str, expected: str) -> bool:
    """Tell whether a command printed what a page says."""
    pattern = "(?:.*\n)*".join(re.escape(part) for part in f"\n{expected}".split(f"\n{ANYTHING}"))
    return re.fullmatch(pattern, f"\n{printed}") is not None if ANYTHING in expected else printed == expected


class Desk:
    """A folder in which a page is followed from top to bottom, at one fixed moment."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder / "catalog"
        prepared = ROOT / "tests" / "docs" / name
        if prepared.is_dir():
            shutil.copytree(prepared, self.folder)
        else:
            self.folder.mkdir()
        self._bin = folder / "bin"
        self._bin.mkdir()
        code = (
            "import sys; from datetime import datetime; from schedule_catalog.cli.main import main; "
            f'sys.exit(main(clock=lambda: datetime.fromisoformat("{NOW}")))'
        )
        launcher = self._bin / "schedules"
        launcher.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{code}' \"$@\"\n")
        launcher.chmod(0o755)
        if (prepared / "prepare.sh").exists():
            self.run("sh -e prepare.sh")

    def write(self, block: Block) -> Path:
        """Put a file of the page into the folder; a sample without a name takes the place of the one before."""
        path = self.folder / (block.title.removeprefix("wrong").strip() or SAMPLE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text)
        return path

    def run(self, line: str) -> str:
        """Return what a command prints, on either stream, as a terminal shows it."""
        environment = {
            "HOME": str(self._bin),
            "PATH": f"{self._bin}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            "COLUMNS": "120",
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "user.name",
            "GIT_CONFIG_VALUE_0": "Ada",
            "GIT_CONFIG_KEY_1": "user.email",
            "GIT_CONFIG_VALUE_1": "ada@example.com",
            "GIT_AUTHOR_DATE": NOW,
            "GIT_COMMITTER_DATE": NOW,
        }
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.stdout


def found(pattern: str, text: str) -> re.Match[str]:
    """The first place of a text that a pattern matches, which has to be there."""
    match = re.search(pattern, text)
    assert match is not None, f"{pattern} is not in {text}"
    return match
