"""Checks of single documents, each independent of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Required, TypeAlias, TypedDict, Unpack

from schedule_catalog.checking.checkable import sound
from schedule_catalog.checking.draft import Draft, draft
from schedule_catalog.checking.entry_of_draft import Readers, entries, every_request
from schedule_catalog.checking.fault_log import FaultLog
from schedule_catalog.checking.rules import CONTEXT_RULES, DRAFT_RULES, ENTRY_RULES, STACK_RULES
from schedule_catalog.checking.rules.calendars import FREEZE
from schedule_catalog.checking.rules.catalog import PILE_UP
from schedule_catalog.checking.rules.rule import Context
from schedule_catalog.checking.stacks import Values, entry_defaults, variants
from schedule_catalog.checking.structure import structure_problems
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.calendars import Calendars
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.document import Document
    from schedule_catalog.entry import Entry
    from schedule_catalog.problem import Place, Problem
    from schedule_catalog.settings import Settings

Definition: TypeAlias = "tuple[str, Place, list[Entry]]"
"""Name, position, and entries without errors."""


class CheckOptions(TypedDict, total=False):
    """Options of a check, whatever its documents are read from.

    settings: of the known stacks, by name; without them, services, hosts and the like of a stack are not checked.
    calendars: calendars that entries may name, and that freeze the stacks; `UNREAD` if fires do not matter.
    now: instant (aware) that divides past from future.
    stack: limits the entries to this stack; None for all stacks.
    base: the catalog before the change; entries that the change adds or edits must then be in the future.
    notes: report notes as well: correct, but good to know.
    requests: which entries must have their requests; the others have only their age.
    """

    settings: Required[Mapping[str, Settings]]
    calendars: Required[Calendars]
    now: Required[datetime]
    stack: str | None
    base: Catalog | None
    notes: bool
    requests: Readers


@frozen
class Findings:
    """Problems and definitions of several files, in the order of the files."""

    files: int
    definitions: list[Definition]
    problems: list[Problem]


class Inspector:
    """Checks documents one by one, with the context that the rules need."""

    def __init__(self, **options: Unpack[CheckOptions]) -> None:
        settings, calendars, stack = options["settings"], options["calendars"], options.get("stack")
        self.settings = tuple(each for name, each in settings.items() if stack in (None, name))
        self._stack = stack
        self._requests = options.get("requests", every_request)
        known = tuple(settings) if stack is None else ()
        base = options.get("base")
        before = None if base is None else {(entry.name, entry.stack): entry for entry in base.entries}
        calendars = calendars if stack is None else calendars.only(stack)
        self._context = Context(options["now"], known, before, options.get("notes", False), calendars)

    def inspect(self, documents: Iterable[Document]) -> Findings:
        """Check documents; each is released before the next is read."""
        definitions: list[Definition] = []
        problems: list[Problem] = []
        files = 0
        for document in documents:
            files += 1
            definitions.extend(self._definitions(document, problems))
        return Findings(files, definitions, problems)

    def of_catalog(self, entries: Sequence[Entry]) -> Iterator[Problem]:
        """Yield the problems that only the whole catalog shows."""
        return PILE_UP.check(entries, self.settings, self._context.now)

    def of_calendars(self) -> Iterator[Problem]:
        """Yield what is wrong with the calendars, and with the stacks' use of them."""
        yield from self._context.calendars.problems
        yield from FREEZE.check(self._context.calendars)

    def _definitions(self, document: Document, problems: list[Problem]) -> Iterator[Definition]:
        """Yield the definitions of a document, and add its problems to the log."""
        if not document.readable:
            problems.extend(document.problems)
            return
        found = structure_problems(document)
        problems.extend(found)
        parts = sound(document, found)
        defaults = entry_defaults(parts.defaults)
        log = FaultLog()
        for name, values, partial in parts.entries:
            drafts = self._drafts(document, name, parts.owner, values, defaults, partial)
            entries = [entry for each in drafts for entry in self._check_draft(each, log)]
            yield name, document.key_place(("schedules", name)), entries
        # A check of one stack cannot know whether another stack needs the exception.
        unused = self._stack is None
        problems.extend([*log.of_document(document), *log.of_rules(), *log.of_exceptions(unused)])

    def _drafts(
        self, document: Document, name: str, owner: str, values: Values, defaults: Values, partial: bool
    ) -> Iterator[Draft]:
        for variant in variants(name, values, defaults):
            if self._stack is None:
                yield draft(document, name, owner, variant, partial)
            elif variant.is_for(self._stack):
                yield draft(document, name, owner, variant.only(self._stack), partial)

    def _check_draft(self, draft: Draft, log: FaultLog) -> tuple[Entry, ...]:
        """Report the faults of a draft; return its entries if none of them is an error."""
        if "accept" in draft.values:
            log.open(draft)
        wrong = draft.partial
        for rule in DRAFT_RULES:
            for fault in rule.check(draft):
                wrong |= log.add(draft, rule.id, fault)
        results: tuple[Entry, ...] = () if wrong else entries(draft, self._context.calendars, self._requests)
        wrong |= self._check_surroundings(draft, log)
        for rule in ENTRY_RULES if results else ():
            for fault in rule.check(results, draft, self._context):
                wrong |= log.add(draft, rule.id, fault)
        return () if wrong else results

    def _check_surroundings(self, draft: Draft, log: FaultLog) -> bool:
        """Report conflicts with the stacks' settings; where `stacks` is invalid, the stacks are unknown."""
        wrong = False
        if draft.lacks_stacks:
            return wrong
        for rule in CONTEXT_RULES:
            for fault in rule.check(draft, self._context):
                wrong |= log.add(draft, rule.id, fault)
        for settings in self.settings:
            if draft.variant.is_for(settings.stack):
                for rule in STACK_RULES:
                    for fault in rule.check(draft, settings):
                        wrong |= log.add(draft, rule.id, fault, settings.stack)
        return wrong
