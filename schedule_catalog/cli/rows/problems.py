"""Problems as JSON, for other programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog


def show(catalog: Catalog, note: str) -> None:
    """Print an array with one row a problem: path, line, column, rule, severity, message."""
    rows = [json.dumps(asdict(problem), ensure_ascii=False) for problem in catalog.problems]
    print("[\n  " + ",\n  ".join(rows) + "\n]" if rows else "[]")
