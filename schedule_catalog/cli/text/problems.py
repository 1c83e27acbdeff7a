"""Problems for people: each with its line of the file and a caret."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.cli.output import say
from schedule_catalog.cli.text.screen import expanded, width
from schedule_catalog.cli.text.summary import summary
from schedule_catalog.document import read_document

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.problem import Problem

LINE_MAX = 160
_TOKEN = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,:{}\[\]]+""")


def show(catalog: Catalog, note: str) -> None:
    """Print every problem and the summary."""
    path, lines = "", []
    for problem in catalog.problems:
        if problem.path != path:
            path, lines = problem.path, read_document(Path(problem.path), problem.path).lines
        say(str(problem))
        say(*excerpt(problem, lines))
    say(summary(catalog, note))


def excerpt(problem: Problem, lines: list[str]) -> tuple[str, ...]:
    """Return the line of the file and a caret under the column; nothing for a line that is not there."""
    source = lines[problem.line - 1] if problem.line <= len(lines) else ""
    before, rest = _around(source, problem.column - 1)
    if not (before + rest).strip():
        return ()
    gutter = f"{problem.line:>5} | "
    indent = " " * width(expanded(before))
    token = _TOKEN.match(rest)
    tail = "~" * (width(expanded(token[0])) - 1) if token else ""
    return (f"{gutter}{expanded(before + rest)}".rstrip(), f"{' ' * len(gutter)}{indent}^{tail}")


def _around(source: str, column: int) -> tuple[str, str]:
    """Part a line at a column, of a long one only what is near: many problems may be on one line of a megabyte."""
    if len(source) <= LINE_MAX and len(expanded(source)) <= LINE_MAX:
        return source[:column], source[column:]
    half = LINE_MAX // 2
    before = f"…{source[column - half : column]}" if column > half else source[:column]
    end = column + half
    return before, f"{source[column:end]}…" if len(source) > end else source[column:]
