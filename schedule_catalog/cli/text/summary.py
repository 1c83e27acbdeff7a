"""The line that a check ends with."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog


def summary(catalog: Catalog, note: str = "") -> str:
    """Return how much was checked and what was found."""
    severities = Counter(problem.severity.value for problem in catalog.problems)
    found = [_counted(severities[name], name) for name in ("error", "warning", "note") if severities[name]]
    checked = f"{_counted(catalog.schedules, 'schedule')} in {_counted(catalog.files, 'file')}"
    return f"{checked}: {', '.join(found) or 'no problems'}{f' ({note})' if note else ''}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
