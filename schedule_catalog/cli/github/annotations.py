"""Problems as annotations of GitHub Actions.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.cli.text.screen import printable
from schedule_catalog.cli.text.summary import summary
from schedule_catalog.problem import Problem, Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog

# GitHub shows ten errors and ten warnings of a step, so the errors come first.
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def show(catalog: Catalog, note: str) -> None:
    """Print a workflow command for each problem, the gravest first, and the summary."""
    for severity in _COMMANDS:
        for problem in catalog.problems:
            if problem.severity is severity:
                print(annotation(problem))
    print(summary(catalog, note))


def annotation(problem: Problem) -> str:
    """Return the workflow command of one problem; nothing in it can start another command."""
    properties = {"file": problem.path, "line": problem.line, "col": problem.column, "title": problem.rule}
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{_COMMANDS[problem.severity]} {listed}::{_data(problem.message)}"


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable(escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
