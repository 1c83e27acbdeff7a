"""Calls at a local time that occurs twice when the clocks go back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.checking.rules.wording import dates
from schedule_catalog.hazards import hazards
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.context import Context
    from schedule_catalog.entry import Entry

ID = "dst-repeat"
DOC = "a cron that fires fewer than 24 times a day has no local time that occurs twice within two years"


def check(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find the fires whose local time a change of the clocks repeats."""
    found = [each for each in hazards(entries[0].timing, context.now) if each.kind == "repeat"]
    if found:
        remedy = 'if that matters, take another hour, or "timezone: UTC"'
        message = f"{found[0].text}{dates([each.local for each in found[1:]])}: {remedy}"
        yield Fault(("cron",), message, Severity.WARNING)
