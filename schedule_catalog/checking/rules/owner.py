"""Owners that the stack's settings declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.wording import suggestion

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.settings import Settings

ID = "owner"
DOC = "where a stack declares its owners, every schedule has one of them"


def check(draft: Draft, settings: Settings) -> Iterator[Fault]:
    """Find owners that nobody declared."""
    if draft.owner and settings.owners and draft.owner not in settings.owners:
        yield Fault(("owner",), f'unknown owner "{draft.owner}": {suggestion(draft.owner, settings.owners)}')
