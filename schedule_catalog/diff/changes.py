"""Change of one schedule."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.diff.fields import FieldChange
    from schedule_catalog.entry import Entry
    from schedule_catalog.hazards import Hazard


class ChangeKind(StrEnum):
    """Difference of an entry between the two sides."""

    BROKEN = "broken"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"
    ADDED = "added"


class Action(StrEnum):
    """Action of `pulumi up` on the schedule."""

    DELETE = "delete"
    REPLACE = "replace"
    UPDATE = "update in place"
    CREATE = "create"
    NOTHING = "nothing"


@frozen
class Effect:
    """Action of `pulumi up`, with notes for reviewers (sentences without a full stop)."""

    action: Action
    notes: tuple[str, ...] = ()


@frozen
class Outlook:
    """One side of a change: the next fires (UTC) and the calls of a month.

    relative: whether the fires count from the deployment, as those of a rate without a `start` do.
    """

    timezone: str
    fires: tuple[datetime, ...]
    calls_per_month: float
    relative: bool


@frozen
class Change:
    """Change of one schedule, the same in all its stacks.

    stacks: names; None for every stack that is not named.
    hazards: new hazards of the entry.
    """

    kind: ChangeKind
    stacks: tuple[str | None, ...]
    before: Entry | None
    after: Entry | None
    fields: tuple[FieldChange, ...]
    effect: Effect
    old: Outlook | None
    new: Outlook | None
    hazards: tuple[Hazard, ...]

    @property
    def name(self) -> str:
        """Name after the change, or the last name."""
        entry = self.after or self.before
        return entry.name if entry else ""
