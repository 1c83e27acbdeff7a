"""Problems for people: each with its line of the file and a caret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.cli.output import Line, Styled, say
from schedule_catalog.cli.text.screen import expanded, width
from schedule_catalog.cli.text.summary import summary
from schedule_catalog.cli.text.terminal import TERMINAL, Style
from schedule_catalog.document import read_document
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.problem import Problem

LINE_MAX = 160
_STYLES = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING, Severity.NOTE: Style.NOTE}
_WORD = r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,:{}\[\]]+"""


def show(catalog: Catalog, note: str) -> None:
    """Print every problem and the summary."""
    path, lines = "", []
    for problem in catalog.problems:
        if problem.path != path:
            path, lines = problem.path, read_document(Path(problem.path), problem.path).lines
        say(headline(problem), *painted(excerpt(problem, lines)))
    say(summary(catalog, note))


def headline(problem: Problem) -> Line:
    """Return the first line of a problem, with its severity in colour."""
    place, severity = f"{problem.path}:{problem.line}:{problem.column}: ", problem.severity
    return (place, Styled(severity, _STYLES[severity]), f": {problem.message} [{problem.rule}]")


def painted(shown: tuple[str, ...]) -> Iterator[Line]:
    """Yield the lines of an excerpt, with the caret in colour."""
    for line in shown[:1]:
        yield line
    for line in shown[1:]:
        yield (Styled(line, Style.CARET),)


def excerpt(problem: Problem, lines: list[str]) -> tuple[str, ...]:
    """Return the line of the file and a caret under the column; nothing for a missing line."""
    source = lines[problem.line - 1] if problem.line <= len(lines) else ""
    gutter = f"{problem.line:>5} | "
    columns = TERMINAL.get().columns
    longest = LINE_MAX if columns is None else min(LINE_MAX, columns - len(gutter) - 2)
    before, rest = _around(source, problem.column - 1, longest)
    if not (before + rest).strip():
        return ()
    indent = " " * width(expanded(before))
    token = re.match(_WORD, rest)
    tail = "~" * (width(expanded(token[0])) - 1) if token else ""
    return (f"{gutter}{expanded(before + rest)}".rstrip(), f"{' ' * len(gutter)}{indent}^{tail}")


def _around(source: str, column: int, longest: int) -> tuple[str, str]:
    """Split a line at a column; of a long line only the text nearby, as a line of a megabyte may have many problems."""
    if len(source) <= longest and width(expanded(source)) <= longest:
        return source[:column], source[column:]
    half = longest // 2
    before = f"…{source[column - half : column]}" if column > half else source[:column]
    end = column + half
    return before, f"{source[column:end]}…" if len(source) > end else source[column:]
