"""What an entry needs of the ledger of runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.settings import Settings

ID = "overlap"
DOC = '"overlap: skip" is for stacks that record their runs'


def check(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find entries that are to be skipped while a run is at work, where nobody knows whether one is."""
    if draft.values.get("overlap") == "skip" and not settings.ledger:
        message = '"skip" needs the ledger of runs, which the settings turn off: remove "overlap", or their "ledger"'
        yield Fault(("overlap",), message)
