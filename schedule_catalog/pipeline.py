"""The one pipeline: files -> documents -> structure -> entries -> rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.catalog import Catalog
from schedule_catalog.document import Document, find_files, read_document
from schedule_catalog.draft import Draft, draft
from schedule_catalog.problem import Place, Problem
from schedule_catalog.report import Report
from schedule_catalog.result import entries
from schedule_catalog.rules import CONTEXT_RULES, DRAFT_RULES, ENTRY_RULES, STACK_RULES, Context, pile_up
from schedule_catalog.sound import sound
from schedule_catalog.stacks import Values, entry_defaults, variants
from schedule_catalog.structure import structure_problems

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings


def check(
    paths: Sequence[Path],
    *,
    settings: Mapping[str, Settings],
    stack: str | None = None,
    now: datetime,
    base: Catalog | None = None,
    notes: bool = False,
) -> Catalog:
    """Check the files under *paths* with every rule and return what they say.

    settings: of the stacks that are known, by name; a stack without is not asked about services, hosts and the like.
    stack: only what this one gets; None for all of them.
    now: what has passed is told by it (aware).
    base: the catalog before the change; with it, what the change adds or edits may not lie in the past.
    notes: tell as well what is right, and good to know.
    """
    found = find_files(paths)
    documents = (read_document(file.path, file.shown_as) for file in found.files)
    return check_documents(documents, found.problems, settings=settings, stack=stack, now=now, base=base, notes=notes)


def check_documents(
    documents: Iterable[Document],
    problems: Iterable[Problem] = (),
    *,
    settings: Mapping[str, Settings],
    stack: str | None = None,
    now: datetime,
    base: Catalog | None = None,
    notes: bool = False,
) -> Catalog:
    """Check documents, wherever they come from; each is let go before the next is read."""
    state = _Check(settings, stack, now, base, notes)
    state.problems.extend(problems)
    files = 0
    for document in documents:
        files += 1
        state.add(document)
    state.problems.extend(state.of_catalog())
    return Catalog(tuple(state.entries), tuple(sorted(set(state.problems))), files, len(state.names))


class _Check:
    """What is known while the documents go by."""

    def __init__(
        self, settings: Mapping[str, Settings], stack: str | None, now: datetime, base: Catalog | None, notes: bool
    ) -> None:
        self._settings = tuple(each for name, each in settings.items() if stack in (None, name))
        self._stack = stack
        known = tuple(settings) if stack is None else ()
        before = None if base is None else {(entry.name, entry.stack): entry for entry in base.entries}
        self._context = Context(now, known, before, notes)
        self.names: dict[str, Place] = {}
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []

    def add(self, document: Document) -> None:
        """Check one document."""
        if not document.readable:
            self.problems.extend(document.problems)
            return
        found = structure_problems(document)
        self.problems.extend(found)
        parts = sound(document, found)
        defaults = entry_defaults(parts.defaults)
        report = Report()
        for name, values, partial in parts.entries:
            first = self._add_name(name, document)
            for each in self._drafts(document, name, parts.owner, values, defaults, partial):
                results = self._check_draft(each, report)
                if first:
                    self.entries.extend(results)
        # Of one stack alone it cannot be told that no other needs an exception.
        unused = self._stack is None
        self.problems.extend([*report.of_document(document), *report.of_rules(), *report.of_exceptions(unused)])

    def of_catalog(self) -> Iterator[Problem]:
        """Yield what shows when all documents have gone by."""
        return pile_up.check(self.entries, self._settings, self._context.now)

    def _add_name(self, name: str, document: Document) -> bool:
        place = document.key_place(("schedules", name))
        first = self.names.setdefault(name, place)
        if first is not place:
            message = f'the name "{name}" is taken: {first.path}:{first.line}:{first.column} has it already'
            self.problems.append(Problem.at(place, "duplicate-name", message))
        return first is place

    def _drafts(
        self, document: Document, name: str, owner: str, values: Values, defaults: Values, partial: bool
    ) -> Iterator[Draft]:
        for variant in variants(name, values, defaults):
            if self._stack is None:
                yield draft(document, name, owner, variant, partial)
            elif variant.is_for(self._stack):
                yield draft(document, name, owner, variant.only(self._stack), partial)

    def _check_draft(self, draft: Draft, report: Report) -> tuple[Entry, ...]:
        """Report what is wrong with a draft and return its entries when no error is among it."""
        if "accept" in draft.values:
            report.open(draft)
        wrong = draft.partial
        for rule in DRAFT_RULES:
            for fault in rule.check(draft):
                wrong |= report.add(draft, rule.ID, fault)
        results: tuple[Entry, ...] = () if wrong else entries(draft)
        wrong |= self._check_surroundings(draft, report)
        for rule in ENTRY_RULES if results else ():
            for fault in rule.check(results, draft, self._context):
                wrong |= report.add(draft, rule.ID, fault)
        return () if wrong else results

    def _check_surroundings(self, draft: Draft, report: Report) -> bool:
        """Report what the stacks' settings do not allow; where `stacks` is wrong, nobody knows which to ask."""
        wrong = False
        if draft.lacks_stacks:
            return wrong
        for rule in CONTEXT_RULES:
            for fault in rule.check(draft, self._context):
                wrong |= report.add(draft, rule.ID, fault)
        for settings in self._settings:
            if draft.variant.is_for(settings.stack):
                for rule in STACK_RULES:
                    for fault in rule.check(draft, settings):
                        wrong |= report.add(draft, rule.ID, fault, settings.stack)
        return wrong
