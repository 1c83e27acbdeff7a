"""When a schedule fires at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "timing"
DOC = "an entry has exactly one of cron, rate and at"


def check(draft: Draft) -> Iterator[Fault]:
    """Find the stacks that neither the entry nor their own values give a timing."""
    if draft.kind is None and not draft.partial:
        where = f" in {', '.join(draft.variant.stacks)}" if draft.variant.stacks else ""
        message = f"a timing is missing{where}: write cron, rate or at there or in the schedule itself"
        yield Fault((), message, at_key=True)
