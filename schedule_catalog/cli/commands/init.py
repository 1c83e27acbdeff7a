"""`schedules init`."""

from __future__ import annotations

import shlex
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN
from schedule_catalog.cli.output import ask, say
from schedule_catalog.errors import os_reason
from schedule_catalog.starter.answers import QUESTIONS, Answers, asked
from schedule_catalog.starter.demo import commit_tour
from schedule_catalog.starter.layout import layout
from schedule_catalog.version import installed_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_catalog.starter.layout import Layout
    from schedule_catalog.version import Version

_DESCRIPTION = (
    "Lay out a repository for a catalog: the first schedule, the settings of a stack, the Pulumi program, pre-commit, "
    "the editor's schema, and GitHub's workflows. No file that is there is changed."
)


def add_arguments(command: ArgumentParser) -> None:
    """Declare what the command takes."""
    command.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help="default: this one")
    command.add_argument("--yes", action="store_true", help="do not ask: take the usual answer where none is given")
    for question in QUESTIONS:
        command.add_argument(f"--{question.name}", metavar=question.name[0].upper(), help=question.text)
    command.add_argument(
        "--demo", action="store_true", help="add the guided tour's pull request, in a new git repository"
    )


def run(options: Namespace, now: datetime) -> int:
    """Write what the folder lacks, say what to run next, and return the exit status."""
    folder: Path = options.folder
    if options.demo and folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f'--demo needs an empty folder, and "{folder}" is not empty')
    version = installed_version()
    answers = _answers(options, version)
    found = layout(folder, answers, options.demo)
    try:
        found.write(folder)
    except OSError as error:
        raise UsageError(f'"{error.filename}" cannot be written: {os_reason(error)}') from error
    if options.demo:
        commit_tour(folder)
    say(*_report(found, answers), "", "next:", *(f"  {line}" for line in _next(folder, options.demo)))
    return CLEAN


def _answers(options: Namespace, version: Version) -> Answers:
    interactive = not options.yes
    if interactive and not sys.stdin.isatty():
        raise UsageError("init asks questions, and there is no terminal: add --yes")
    given = {question.name: getattr(options, question.name) for question in QUESTIONS}
    try:
        found = asked(given, _answer if interactive else None)
    except ValueError as error:
        raise UsageError(str(error)) from error
    commit = version.commit if version.commit and not version.commit.endswith("-edited") else None
    return Answers(**found, version=version.number, commit=commit)


def _answer(text: str, usual: str) -> str:
    ask(f"{text} [{usual}]:" if usual else f"{text}:")
    return sys.stdin.readline().strip() or usual


def _report(found: Layout, answers: Answers) -> Iterator[str]:
    yield from (f"wrote {name}" for name in sorted(found.new))
    yield from (f"kept {name}, which is there" for name in found.kept)
    if found.ignored:
        yield f"add to .gitignore: {' '.join(found.ignored)}"
    if not answers.source:
        yield "no workflows for GitHub: they need --source OWNER/NAME"
    elif answers.commit is None:
        yield "no workflows for GitHub: the commit that this command was built from is not known"


def _next(folder: Path, demo: bool) -> Iterator[str]:
    if folder != Path():
        yield shlex.join(("cd", str(folder)))
    if demo:
        yield from ("schedules check --base main", "schedules diff main", "schedules report")
    else:
        yield from ("schedules check", "schedules next", "pip install -r requirements.txt", "schedules dev")


COMMAND = Command(_DESCRIPTION, "schedules init --yes --owner billing", add_arguments, run)
