"""Content of the page for a catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.pages.report.marks import Marks
from schedule_catalog.pages.report.rows import Row, rows
from schedule_catalog.pages.report.week import Week, Weeks

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.settings import Settings


@dataclass(frozen=True, slots=True)
class Report:
    """Content of the page.

    start: a whole minute, aware.
    stack: the stack that it shows; None for all.
    errors: number of errors of the catalog; entries with errors are not in `rows`.
    """

    start: datetime
    stack: str | None
    errors: int
    rows: Sequence[Row]
    weeks: Sequence[Week]


def report(catalog: Catalog, start: datetime, stack: str | None = None, *, settings: Mapping[str, Settings]) -> Report:
    """Return the page's content for a catalog from *start* on, which is cut to the minute."""
    start = start.replace(second=0, microsecond=0)
    weeks = Weeks(start)
    found = rows(catalog.entries, weeks, Marks(catalog, start), start, settings)
    return Report(start, stack, len(catalog.errors), found, weeks.found)
