"""Lines about a whole catalog: number of checked and of omitted entries."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from schedule_catalog.cli.output import complain
from schedule_catalog.wording import counted

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog


def summary(catalog: Catalog, note: str = "") -> str:
    """Return the number of checked schedules and of problems."""
    severities = Counter(problem.severity.value for problem in catalog.problems)
    found = [counted(severities[name], name) for name in ("error", "warning", "note") if severities[name]]
    checked = f"{counted(catalog.schedules, 'schedule')} in {counted(catalog.files, 'file')}"
    return f"{checked}: {', '.join(found) or 'no problems'}{f' ({note})' if note else ''}"


def warn_omitted(errors: int) -> None:
    """Warn on the error output if entries with errors are omitted."""
    if errors:
        found = counted(errors, "error")
        complain(f'the catalog has {found}; entries with errors are omitted: run "schedules check"')
