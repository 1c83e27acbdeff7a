"""Expressions without any time in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.expressions import Cron
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.context import Context
    from schedule_catalog.entry import Entry

ID = "never-fires"
DOC = "a cron that is enabled has a time to come: its date exists, and its years have not passed"


def check(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find dates that no year has, and years that have passed."""
    timing = entries[0].timing
    cron = timing.parsed
    if timing.off or not isinstance(cron, Cron) or not _in_doubt(cron):
        return
    if timing.unbounded().upcoming(context.now, 1):
        return
    edited = any(map(context.is_edited, entries))
    severity = Severity.ERROR if edited else Severity.WARNING
    yield Fault(("cron",), f'"{draft.values["cron"]}" never fires from now on: {_why(cron, context.now)}', severity)


def _in_doubt(cron: Cron) -> bool:
    """Tell whether more than a glance is needed: in every year there are all weekdays, and all dates of a month."""
    dates, months, years = cron.fields.day_of_month.text, cron.fields.months.text, cron.fields.years.text
    return years != "*" or not (dates == "?" or months == "*")


def _why(cron: Cron, now: datetime) -> str:
    if cron.fields.years.values[-1] < now.year:
        return "its years have passed, so remove the entry or write years to come"
    return 'no month to come has that day, so write a date that exists, or "enabled: false" for runs by hand'
