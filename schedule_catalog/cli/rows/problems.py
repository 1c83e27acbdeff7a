"""Problems as JSON, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schedule_catalog.cli import as_json

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.problem import Problem


def show(catalog: Catalog, note: str) -> None:
    """Print the counts and every problem."""
    as_json.show(
        "check",
        {
            "schedules": catalog.schedules,
            "files": catalog.files,
            "note": note or None,
            "problems": [problem_row(each) for each in catalog.problems],
        },
    )


def problem_row(problem: Problem) -> dict[str, Any]:
    """Return one problem; line and column start at 1."""
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "rule": problem.rule,
        "severity": problem.severity,
        "message": problem.message,
    }
