"""Rules of a catalog, by kind and in the order of checking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.checking.rules import bounds, calendars, catalog, clocks, egress, meaning, request, stack, timing

if TYPE_CHECKING:
    from schedule_catalog.checking.rules.rule import ContextRule, DraftRule, EntryRule, StackRule

DRAFT_RULES: tuple[DraftRule, ...] = (
    timing.CRON, timing.RATE, timing.AT, meaning.UNDOCUMENTED, meaning.NUMERIC_WEEKDAY, meaning.UNEVEN_STEP,
    clocks.TIMEZONE, bounds.BOUNDS, clocks.LOCAL_TIME, timing.TIMING, request.TARGET, request.AUTH, request.REQUEST,
)  # fmt: skip

STACK_RULES: tuple[StackRule, ...] = (
    stack.OWNER, egress.SERVICE, egress.HOST, egress.SECRET, egress.CLIENT, stack.CEILING, stack.OVERLAP,
    stack.MINIMUM_INTERVAL,
)  # fmt: skip

CONTEXT_RULES: tuple[ContextRule, ...] = (stack.STACK, calendars.CALENDAR)

ENTRY_RULES: tuple[EntryRule, ...] = (
    bounds.PAST, request.INPUT_SIZE, bounds.NEVER_FIRES, bounds.OUTSIDE_PERIOD, clocks.DST_GAP, clocks.DST_REPEAT,
    bounds.RATE_AT_ONCE, bounds.RATE_START, calendars.PAUSE, calendars.LEFT_OUT, calendars.NOT_ON,
)  # fmt: skip

CATALOG_RULES = {
    "duplicate-name": "a name is unique over the whole catalog",
    catalog.PILE_UP.id: catalog.PILE_UP.doc,
    catalog.SHARD.id: catalog.SHARD.doc,
    calendars.FREEZE.id: calendars.FREEZE.doc,
    "accept": "an exception names a rule and is needed",
}
"""Rules for the combined entries."""

FILE_RULES = {
    "yaml-1.1": "plain text means the same to every reader of YAML",
    "syntax": "the file is YAML",
    "quotes": "quotes around a value are straight quotes",
    "comment": 'a "#" does not cut a value short by accident',
    "duplicate-key": "a key appears once in its mapping",
    "key": "keys are plain text",
    "anchor": "values are written out",
    "alias": 'values are written out, and one that starts with "*" is quoted',
    "merge-key": "keys are written out",
    "tag": "values have no tags",
    "directive": "a file has no %YAML or %TAG",
    "documents": "a file is one document",
    "number": "a number is one that JSON can hold",
    "encoding": "the file is UTF-8",
    "character": "the file has no characters that readers interpret differently",
    "depth": "values are nested at most 32 levels deep",
    "too-large": "a file has at most 1 MiB",
    "repository": "git does not treat a folder of the catalog as a repository",
    "file": "a catalog consists of regular files that can be read",
    "unknown-key": "keys are those of the schema",
    "missing-key": "required keys are present",
    "schema": "values have the types and limits of the schema",
}
"""Rules for reading a file, before its entries are checked."""

RULES: dict[str, str] = {
    **{each.id: each.doc for each in (*DRAFT_RULES, *STACK_RULES, *CONTEXT_RULES, *ENTRY_RULES)},
    **{name: doc for each in DRAFT_RULES for name, doc in each.also.items()},
    **CATALOG_RULES,
    **FILE_RULES,
}
"""Every rule, with its requirement."""
