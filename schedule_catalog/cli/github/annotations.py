"""Problems as annotations of GitHub Actions.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.cli.github.workspace import Workspace
from schedule_catalog.cli.output import say, say_workflow_command
from schedule_catalog.cli.text.summary import summary
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog

# GitHub shows ten errors and ten warnings of a step, so the errors come first.
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def show(catalog: Catalog, note: str) -> None:
    """Print a workflow command for each problem, the most severe first, and the summary."""
    workspace = Workspace.around(Path.cwd(), os.environ)
    for severity, name in _COMMANDS.items():
        for problem in catalog.problems:
            if problem.severity is severity:
                path = workspace.relative(problem.path) or problem.path
                place = {"file": path, "line": problem.line, "col": problem.column, "title": problem.rule}
                say_workflow_command(name, place, problem.message)
    say(summary(catalog, note))
