"""Hazards of a schedule."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules import RULES
from schedule_catalog.hazards import hazards
from schedule_catalog.problem import Severity
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.entry import Entry
    from schedule_catalog.problem import Place, Problem

_CLOCKS = {"gap": "dst-gap", "repeat": "dst-repeat"}
"""Rules for each kind of hazard."""


@frozen
class Mark:
    """Hazard of a schedule.

    messages: sentences, lower case, without a full stop.
    accepted: the recorded reason; None if it was not accepted.
    """

    rule: str
    messages: tuple[str, ...]
    accepted: str | None = None


class Marks:
    """Hazards of a catalog's schedules: clock changes, warnings of the check, accepted exceptions."""

    def __init__(self, catalog: Catalog, now: datetime) -> None:
        self._now = now
        self._warnings = _by_schedule(catalog)

    def of(self, entry: Entry) -> tuple[Mark, ...]:
        """Return the hazards of an entry."""
        clocks = tuple(_clocks(entry, self._now))
        warnings = (Mark(each.rule, (each.message,)) for each in self._warnings.get(_key(entry.place), ()))
        told = {mark.rule for mark in clocks}
        accepted = (Mark(rule, (RULES.get(rule, rule),), why) for rule, why in entry.accept.items() if rule not in told)
        return (*clocks, *warnings, *accepted)


def _clocks(entry: Entry, now: datetime) -> Iterator[Mark]:
    """Yield the clock changes with every date; the check's warning names them in one line."""
    found = hazards(entry.timing, now)
    for kind, rule in _CLOCKS.items():
        texts = tuple(hazard.text for hazard in found if hazard.kind == kind)
        if texts:
            yield Mark(rule, texts, entry.accept.get(rule))


def _key(place: Place | Problem) -> tuple[str, int]:
    return place.path, place.line


def _by_schedule(catalog: Catalog) -> dict[tuple[str, int], list[Problem]]:
    """Return the warnings by the line of the schedule that they are in.

    Not all schedules of a file with errors are known, so a warning after one might belong to another.
    """
    wrong = {problem.path for problem in catalog.errors}
    lines: dict[str, list[int]] = {}
    for entry in catalog.entries:
        lines.setdefault(entry.place.path, []).append(entry.place.line)
    found: dict[tuple[str, int], list[Problem]] = {}
    for problem in catalog.problems:
        elsewhere = problem.path in wrong or problem.rule in _CLOCKS.values()
        if problem.severity is Severity.WARNING and not elsewhere:
            starts = lines.get(problem.path, [])
            at = bisect_right(starts, problem.line) - 1
            if at >= 0:
                found.setdefault((problem.path, starts[at]), []).append(problem)
    return found
