"""How long EventBridge Scheduler tries to hand a run over, which decides when a one-time entry is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.entry import HANDING_MINUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schedule_catalog.settings.model import Settings


def handing_minutes(settings: Mapping[str, Settings], stack: str | None) -> int:
    """Return the minutes of a stack, for None the longest of all; the default where its settings are not known."""
    known = settings.values() if stack is None else [settings[stack]] if stack in settings else []
    return max((each.scheduler.max_age_minutes for each in known), default=HANDING_MINUTES)
