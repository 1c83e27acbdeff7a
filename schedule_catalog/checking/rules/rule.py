"""Rule of a catalog: an identifier, a requirement, and a check of the right kind."""

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
    """Rule with its check.

    doc: requirement, as a sentence without a capital and a full stop.
    also: further identifiers that the same check reports (`Fault.rule`), each with its own `doc`.
    """

    id: str
    doc: str
    check: Check
    also: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Context:
    """Clock, stacks and previous catalog of a check.

    stacks: every stack with known settings; empty when none are known.
    notes: whether notes are reported.
    base: entries before the change by name and stack; None without a change to compare.
    """

    now: datetime
    stacks: tuple[str, ...] = ()
    base: Mapping[tuple[str, str | None], Entry] | None = field(default=None)
    notes: bool = False

    def is_edited(self, entry: Entry) -> bool:
        """Whether the change adds or edits *entry*."""
        return self.base is not None and self.base.get((entry.name, entry.stack)) != entry


DraftRule: TypeAlias = "Rule[Callable[[Draft], Iterator[Fault]]]"
"""Checks an entry by itself."""

StackRule: TypeAlias = "Rule[Callable[[Draft, Settings], Iterator[Fault]]]"
"""Checks an entry against the settings of one stack."""

ContextRule: TypeAlias = "Rule[Callable[[Draft, Context], Iterator[Fault]]]"
"""Checks an entry against the other stacks and the clock."""

EntryRule: TypeAlias = "Rule[Callable[[tuple[Entry, ...], Draft, Context], Iterator[Fault]]]"
"""Checks the entries of a draft without errors; they differ only in their stack."""

CatalogRule: TypeAlias = "Rule[Callable[[Iterable[Entry], Iterable[Settings], datetime], Iterator[Problem]]]"
"""Checks all entries together."""

ShardRule: TypeAlias = "Rule[Callable[[Sequence[SourceFile], Sequence[Path], Iterable[Settings]], Iterator[Problem]]]"
"""Checks all files together; the paths are those of the command line."""
