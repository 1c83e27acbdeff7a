"""A rule of a catalog: an identifier, what it asks for, and a check of the right kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.fault import Fault
    from schedule_catalog.document import SourceFile
    from schedule_catalog.entry import Entry
    from schedule_catalog.problem import Problem
    from schedule_catalog.settings import Settings

Check = TypeVar("Check")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Check]):
    """One rule.

    doc: what it asks for, as a sentence without a capital and a full stop.
    also: further identifiers that the same check reports (`Fault.rule`), each with its own `doc`.
    """

    id: str
    doc: str
    check: Check
    also: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Context:
    """The time and the past of a check.

    stacks: every stack whose settings are known; empty when nothing can be said about stacks.
    notes: whether notes are reported.
    base: entries before the change by name and stack; None when no change is looked at.
    """

    now: datetime
    stacks: tuple[str, ...] = ()
    base: Mapping[tuple[str, str | None], Entry] | None = field(default=None)
    notes: bool = False

    def is_edited(self, entry: Entry) -> bool:
        """Tell whether the change adds or edits *entry*."""
        return self.base is not None and self.base.get((entry.name, entry.stack)) != entry


DraftRule: TypeAlias = "Rule[Callable[[Draft], Iterator[Fault]]]"
"""Asks an entry by itself."""

StackRule: TypeAlias = "Rule[Callable[[Draft, Settings], Iterator[Fault]]]"
"""Asks an entry under the settings of one stack."""

ContextRule: TypeAlias = "Rule[Callable[[Draft, Context], Iterator[Fault]]]"
"""Asks an entry beside the other stacks and the clock."""

EntryRule: TypeAlias = "Rule[Callable[[tuple[Entry, ...], Draft, Context], Iterator[Fault]]]"
"""Asks the entries that a draft without an error becomes; they differ only in their stack."""

CatalogRule: TypeAlias = "Rule[Callable[[Iterable[Entry], Iterable[Settings], datetime], Iterator[Problem]]]"
"""Asks all entries together."""

ShardRule: TypeAlias = "Rule[Callable[[Sequence[SourceFile], Sequence[Path], Iterable[Settings]], Iterator[Problem]]]"
"""Asks all files together; the paths are those that were given."""
