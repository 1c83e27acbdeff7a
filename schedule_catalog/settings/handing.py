"""Time for which EventBridge Scheduler retries an invocation; it decides when a one-time entry is finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.entry import HANDING_MINUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schedule_catalog.settings.model import Settings


def handing_minutes(settings: Mapping[str, Settings], stack: str | None) -> int:
    """Return the minutes of a stack, for None the longest of all; the default if its settings are unknown."""
    known = settings.values() if stack is None else [settings[stack]] if stack in settings else []
    return max((each.scheduler.max_age_minutes for each in known), default=HANDING_MINUTES)
