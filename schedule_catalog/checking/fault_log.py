"""Faults of one document, each reported once for all stacks that have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.checking.checkable import members
from schedule_catalog.checking.rules import RULES
from schedule_catalog.checking.rules.catalog import PILE_UP
from schedule_catalog.problem import Place, Problem, Severity
from schedule_catalog.wording import printable, suggestion
from schedule_client.contract.records import field, frozen, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.fault import Fault
    from schedule_catalog.checking.stacks import Values
    from schedule_catalog.document import Document


@frozen
class FaultLog:
    """Collects faults, except those that their entry accepts (`accept`)."""

    _stacks_of: dict[Problem, list[str]] = field(default_factory=dict[Problem, list[str]])
    _exceptions: dict[tuple[str, str], Place] = field(default_factory=dict[tuple[str, str], Place])
    _used: set[Place] = field(default_factory=set[Place])

    def open(self, draft: Draft) -> None:
        """Record the exceptions of a draft before its faults are added."""
        for rule in draft.values["accept"]:
            self._exceptions[draft.name, rule] = draft.place(("accept", rule), at_key=True)

    def add(self, draft: Draft, rule: str, fault: Fault, stack: str | None = None) -> bool:
        """Add one fault (of a stack, if it depends on its settings) and return whether it is an error."""
        rule = fault.rule or rule
        is_error = fault.severity is Severity.ERROR
        if not is_error and self._is_exception(draft.name, rule):
            return False
        place = draft.place(fault.pointer, fault.at_key, fault.offset)
        problem = Problem.at(place, rule, printable(fault.message), fault.severity)
        stacks = self._stacks_of.setdefault(problem, [])
        if stack is not None and stack not in stacks:
            stacks.append(stack)
        return is_error

    def of_document(self, document: Document) -> Iterator[Problem]:
        """Yield the problems of reading the document, except those that its entries accept.

        A warning about a text is dropped when a rule reports an error there, unless the quotes cause the error.
        """
        if not document.problems:
            return
        names = self._names(document)
        wrong = {_place(each) for each in self._stacks_of if each.severity is Severity.ERROR}
        for problem in document.problems:
            place = _place(problem)
            if problem.severity is not Severity.ERROR and problem.rule != "quotes" and place in wrong:
                continue
            name = names.get((problem.line, problem.column), "")
            if problem.severity is Severity.ERROR or not self._is_exception(name, problem.rule):
                yield problem

    def _names(self, document: Document) -> dict[tuple[int, int], str]:
        """Names of the entries with problems, by spot."""
        schedules: Values = document.value["schedules"] if self._exceptions else {}
        spots = [(problem.line, problem.column) for problem in document.problems]
        within = members(document, ("schedules",), schedules, spots)
        return {spot: name for name, inside in within.items() for spot in inside}

    def of_rules(self) -> Iterator[Problem]:
        """Yield the problems that the rules found."""
        for problem, stacks in self._stacks_of.items():
            yield replace(problem, message=f"{problem.message} ({_stacks(stacks)})") if stacks else problem

    def of_exceptions(self, unused: bool) -> Iterator[Problem]:
        """Yield mistakes in the exceptions themselves; with *unused*, also exceptions that match nothing."""
        places = {place: rule for (_, rule), place in self._exceptions.items()}
        for place, rule in places.items():
            if rule not in RULES:
                yield Problem.at(place, "accept", f'unknown rule "{rule}": {suggestion(rule, RULES)}')
            elif unused and place not in self._used and rule != PILE_UP.id:
                message = f'the exception is not needed: "{rule}" has no warning here; remove it'
                yield Problem.at(place, "accept", message, Severity.WARNING)

    def _is_exception(self, name: str, rule: str) -> bool:
        place = self._exceptions.get((name, rule))
        if place:
            self._used.add(place)
        return place is not None


def _place(problem: Problem) -> Place:
    return Place(problem.path, problem.line, problem.column)


def _stacks(names: Iterable[str]) -> str:
    sorted_names = sorted(names)
    return f"stack{'s' if len(sorted_names) > 1 else ''} {', '.join(sorted_names)}"
