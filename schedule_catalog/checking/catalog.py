"""What a check makes of the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule_catalog.problem import Problem, Severity

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry


@dataclass(frozen=True, slots=True)
class Catalog:
    """The entries without errors and everything that was found, both sorted by where they are.

    schedules: how many names the files define, those with errors too.
    """

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    files: int
    schedules: int

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that forbid to deploy."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    def for_stack(self, stack: str) -> tuple[Entry, ...]:
        """Return the entries that *stack* gets."""
        return tuple(entry for entry in self.entries if entry.stack is None or entry.stack == stack)
