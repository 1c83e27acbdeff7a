"""Shared parts of commands that edit files: files to edit, differences, problems of a future text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.cli.output import say, say_verbatim
from schedule_catalog.cli.text.problems import excerpt, headline, painted
from schedule_catalog.document import find_files, read_document
from schedule_catalog.editing import create_file, replace_file

if TYPE_CHECKING:
    from schedule_catalog.document import Document
    from schedule_catalog.problem import Problem


def documents(paths: Sequence[Path]) -> list[Document]:
    """Read the files under *paths*."""
    return [read_document(file.path, file.shown_as) for file in find_files(paths).files]


def apply(path: Path, before: bytes | None, after: bytes, dry_run: bool) -> None:
    """Write a file that holds *before* (None: does not exist yet), or show the change."""
    if dry_run:
        show_difference(str(path), before, after)
    elif before is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        create_file(path, after)
    else:
        replace_file(path, before, after)


def show_difference(path: str, before: bytes | None, after: bytes) -> None:
    """Print a unified difference that `patch -p1` and `git apply` take."""
    old = "/dev/null" if before is None else f"a/{path.lstrip('/')}"
    lines = unified_diff(_lines(before or b""), _lines(after), old, f"b/{path.lstrip('/')}", lineterm="\n")
    for line in lines:
        text = line.removesuffix("\n")
        say_verbatim(text.removesuffix("\r"))
        if text == line:
            say_verbatim("\\ No newline at end of file")


def show_problems(problems: Iterable[Problem], documents: Iterable[Document]) -> None:
    """Print problems with the lines of *documents*, which may not be on disk yet; of one path the last counts."""
    by_path = {document.path: document for document in documents}
    for problem in problems:
        document = by_path.get(problem.path)
        say(headline(problem), *painted(excerpt(problem, document.lines) if document else ()))


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines(keepends=True)
