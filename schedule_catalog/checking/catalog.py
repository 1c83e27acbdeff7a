"""Result of a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.problem import Problem, Severity
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry


@frozen
class Catalog:
    """Entries without errors and all problems, both sorted by position.

    schedules: number of names that the files define, including those with errors.
    """

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    files: int
    schedules: int

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that block a deployment."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    def for_stack(self, stack: str) -> tuple[Entry, ...]:
        """Return the entries that *stack* gets."""
        return tuple(entry for entry in self.entries if entry.stack is None or entry.stack == stack)
