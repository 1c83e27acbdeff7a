"""Content of the page for a catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.pages.report.marks import Marks
from schedule_catalog.pages.report.origin import Origin
from schedule_catalog.pages.report.rows import Row, rows
from schedule_catalog.pages.report.week import Week, Weeks
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.settings import Settings


NO_ORIGIN = Origin()


@frozen
class Report:
    """Content of the page.

    start: a whole minute, aware.
    written: when it was made.
    stack: the stack that it shows; None for all, of which the page shows one at a time.
    schedules: number of names in the files, as `schedules check` counts them; entries with errors are not in `rows`.
    errors: number of errors of the catalog.
    """

    start: datetime
    written: datetime
    stack: str | None
    origin: Origin
    schedules: int
    errors: int
    rows: Sequence[Row]
    weeks: Sequence[Week]


def report(
    catalog: Catalog,
    start: datetime,
    stack: str | None = None,
    *,
    settings: Mapping[str, Settings],
    written: datetime | None = None,
    origin: Origin = NO_ORIGIN,
) -> Report:
    """Return the page's content for a catalog from *start* on, which is cut to the minute."""
    start = start.replace(second=0, microsecond=0)
    weeks = Weeks(start)
    found = rows(catalog.entries, weeks, Marks(catalog, start), start, settings)
    errors = len(catalog.errors)
    return Report(start, written or start, stack, origin, catalog.schedules, errors, found, weeks.found)
