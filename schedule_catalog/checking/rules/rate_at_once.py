"""Rates that fire as soon as they are deployed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.context import Context
    from schedule_catalog.entry import Entry

ID = "rate-at-once"
DOC = 'a rate without "start" fires as soon as its schedule is created or replaced, and counts from there'


def check(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Note the rates whose first fire is the deployment; told only to those who ask for notes."""
    if not entries[0].timing.counts_from_creation:
        return
    if not context.notes and ID not in entries[0].accept:
        return
    message = f'"{draft.values["rate"]}" fires at once when it is created or replaced: give it a "start" to say when'
    yield Fault(("rate",), message, Severity.NOTE)
