"""Rule of a catalog: an identifier, a requirement, and a check of the right kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from schedule_catalog.calendars import UNREAD
from schedule_client.contract.records import field, frozen

if TYPE_CHECKING:
    from schedule_catalog.calendars import Calendars
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.fault import Fault
    from schedule_catalog.document import SourceFile
    from schedule_catalog.entry import Entry
    from schedule_catalog.problem import Problem
    from schedule_catalog.settings import Settings

Check = TypeVar("Check")


@frozen
class Rule(Generic[Check]):
    """Rule with its check.

    doc: requirement, as a sentence without a capital and a full stop.
    also: further identifiers that the same check reports (`Fault.rule`), each with its own `doc`.
    """

    id: str
    doc: str
    check: Check
    also: Mapping[str, str] = field(default_factory=dict[str, str])


@frozen
class Context:
    """Clock, stacks and previous catalog of a check.

    stacks: every stack with known settings; empty when none are known.
    notes: whether notes are reported.
    base: entries before the change by name and stack; None without a change to compare.
    calendars: those that entries may name, and that freeze the stacks.
    """

    now: datetime
    stacks: tuple[str, ...] = ()
    base: Mapping[tuple[str, str | None], Entry] | None = field(default=None)
    notes: bool = False
    calendars: Calendars = UNREAD

    def is_edited(self, entry: Entry) -> bool:
        """Whether the change adds or edits *entry*; an edit of a calendar or of the settings does not count."""
        before = None if self.base is None else self.base.get((entry.name, entry.stack))
        return self.base is not None and (before is None or before.as_written() != entry.as_written())


DraftRule: TypeAlias = "Rule[Callable[[Draft], Iterator[Fault]]]"
"""Checks an entry by itself."""

StackRule: TypeAlias = "Rule[Callable[[Draft, Settings], Iterator[Fault]]]"
"""Checks an entry against the settings of one stack."""

ContextRule: TypeAlias = "Rule[Callable[[Draft, Context], Iterator[Fault]]]"
"""Checks an entry against the other stacks and the clock."""

EntryRule: TypeAlias = "Rule[Callable[[tuple[Entry, ...], Draft, Context], Iterator[Fault]]]"
"""Checks the entries of a draft without errors; they differ only in their stack and its freezes."""

CatalogRule: TypeAlias = "Rule[Callable[[Iterable[Entry], Iterable[Settings], datetime], Iterator[Problem]]]"
"""Checks all entries together."""

CalendarRule: TypeAlias = "Rule[Callable[[Calendars], Iterator[Problem]]]"
"""Asks the calendars, and the stacks that freeze in them."""

ShardRule: TypeAlias = "Rule[Callable[[Sequence[SourceFile], Sequence[Path], Iterable[Settings]], Iterator[Problem]]]"
"""Checks all files together; the paths are those of the command line."""
