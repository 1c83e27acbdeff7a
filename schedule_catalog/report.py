"""What the rules say about one document, each thing once however many stacks it is true for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .problem import Place, Problem, Severity
from .rules import RULES, Fault
from .rules.wording import instead

if TYPE_CHECKING:
    from .draft import Draft


@dataclass(frozen=True, slots=True)
class _Saying:
    place: Place
    rule: str
    message: str
    severity: Severity


@dataclass(slots=True)
class _Exception:
    rule: str
    used: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Collects faults; those that are a reviewed exception of their entry (`accept`) are left out."""

    _sayings: dict[_Saying, list[str]] = field(default_factory=dict[_Saying, list[str]])
    _exceptions: dict[Place, _Exception] = field(default_factory=dict[Place, _Exception])

    def open(self, draft: Draft) -> None:
        """Note the exceptions that a draft asks for, before its faults are added."""
        for rule in draft.values.get("accept") or ():
            self._exceptions.setdefault(self._exception_place(draft, rule), _Exception(rule))

    def add(self, draft: Draft, rule: str, fault: Fault, stack: str | None = None) -> bool:
        """Take one fault (of a stack, if it depends on its settings) and tell whether it is an error."""
        rule = fault.rule or rule
        is_error = fault.severity is Severity.ERROR
        if not is_error and rule in (draft.values.get("accept") or ()):
            self._exceptions[self._exception_place(draft, rule)].used = True
            return False
        place = draft.place(fault.pointer, fault.at_key, fault.offset)
        stacks = self._sayings.setdefault(_Saying(place, rule, fault.message, fault.severity), [])
        if stack is not None and stack not in stacks:
            stacks.append(stack)
        return is_error

    def problems(self, unused: bool) -> Iterator[Problem]:
        """Yield what was found; with *unused*, also the exceptions that nothing needed."""
        for saying, stacks in self._sayings.items():
            message = f"{saying.message} ({_stacks(stacks)})" if stacks else saying.message
            yield Problem.at(saying.place, saying.rule, message, saying.severity)
        for place, exception in self._exceptions.items():
            if exception.rule not in RULES:
                yield Problem.at(place, "accept", f'unknown rule "{exception.rule}": {instead(exception.rule, RULES)}')
            elif unused and not exception.used:
                message = f'the exception is not needed: "{exception.rule}" has no warning here, remove it'
                yield Problem.at(place, "accept", message, Severity.WARNING)

    def _exception_place(self, draft: Draft, rule: str) -> Place:
        return draft.place(("accept", rule), at_key=True)


def _stacks(names: list[str]) -> str:
    return f"stack{'s' if len(names) > 1 else ''} {', '.join(sorted(names))}"
