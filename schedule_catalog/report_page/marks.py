"""What a reader should know before trusting a schedule."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.hazards import hazards
from schedule_catalog.problem import Severity
from schedule_catalog.rules import RULES

if TYPE_CHECKING:
    from schedule_catalog.catalog import Catalog
    from schedule_catalog.entry import Entry
    from schedule_catalog.problem import Problem


@dataclass(frozen=True, slots=True)
class Mark:
    """A hazard of a schedule.

    messages: sentences, lower case, without a full stop.
    accepted: the reason on record; None when nobody has accepted it.
    """

    rule: str
    messages: tuple[str, ...]
    accepted: str | None = None


class Marks:
    """The marks of a catalog's schedules: what the clocks do to them, what the check warned of, what was accepted."""

    def __init__(self, catalog: Catalog, now: datetime) -> None:
        self._now = now
        self._warnings = _by_schedule(catalog)

    def of(self, entry: Entry) -> tuple[Mark, ...]:
        """Return the marks of an entry."""
        clocks = tuple(_clocks(entry, self._now))
        told = {message for mark in clocks for message in mark.messages}
        warnings = self._warnings.get((entry.place.path, entry.place.line), [])
        news = (each for each in warnings if not any(message in each.message for message in told))
        accepted = (Mark(rule, (RULES.get(rule, rule),), reason) for rule, reason in entry.accept.items())
        return (*clocks, *(Mark(each.rule, (each.message,)) for each in news), *accepted)


def _clocks(entry: Entry, now: datetime) -> Iterator[Mark]:
    found = hazards(entry, now)
    for kind in ("gap", "repeat"):
        texts = tuple(hazard.text for hazard in found if hazard.kind == kind)
        if texts:
            yield Mark(kind, texts)


def _by_schedule(catalog: Catalog) -> dict[tuple[str, int], list[Problem]]:
    """Return the warnings by the line of the schedule that they are in.

    Of a file with errors not every schedule is known, and what follows one that is might not be of it.
    """
    wrong = {problem.path for problem in catalog.errors}
    lines: dict[str, list[int]] = {}
    for entry in catalog.entries:
        lines.setdefault(entry.place.path, []).append(entry.place.line)
    found: dict[tuple[str, int], list[Problem]] = {}
    for problem in catalog.problems:
        if problem.severity is Severity.WARNING and problem.path not in wrong:
            starts = lines.get(problem.path, [])
            at = bisect_right(starts, problem.line) - 1
            if at >= 0:
                found.setdefault((problem.path, starts[at]), []).append(problem)
    return found
