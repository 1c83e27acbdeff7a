"""Problems as JSON, for other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from schedule_catalog.cli.output import say_json_rows

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog


def show(catalog: Catalog, note: str) -> None:
    """Print an array with one row a problem: path, line, column, rule, severity, message."""
    say_json_rows([asdict(problem) for problem in catalog.problems])
