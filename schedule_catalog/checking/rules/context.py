"""What rules may know besides the entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry


@dataclass(frozen=True, slots=True)
class Context:
    """The time and the past of a check.

    stacks: every stack whose settings are known; empty when nothing can be said about stacks.
    notes: whether notes are told.
    base: entries before the change by name and stack; None when no change is looked at.
    """

    now: datetime
    stacks: tuple[str, ...] = ()
    base: Mapping[tuple[str, str | None], Entry] | None = field(default=None)
    notes: bool = False

    def is_edited(self, entry: Entry) -> bool:
        """Tell whether the change adds or edits *entry*."""
        return self.base is not None and self.base.get((entry.name, entry.stack)) != entry
