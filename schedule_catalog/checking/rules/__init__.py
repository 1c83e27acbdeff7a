"""The rules of a catalog: one module each, with `ID`, `DOC` and `check`."""

from __future__ import annotations

from types import ModuleType

from schedule_catalog.checking.rules import (
    at,
    auth,
    bounds,
    ceiling,
    cron,
    dst_gap,
    dst_repeat,
    host,
    input_size,
    local_time,
    minimum_interval,
    never_fires,
    numeric_weekday,
    outside_period,
    overlap,
    owner,
    past,
    pile_up,
    rate,
    rate_at_once,
    request,
    secret,
    service,
    shard,
    stack,
    target,
    timezone,
    timing,
    undocumented,
    uneven_step,
)
from schedule_catalog.checking.rules.context import Context
from schedule_catalog.checking.rules.fault import Fault

DRAFT_RULES: tuple[ModuleType, ...] = (
    cron, rate, at, undocumented, uneven_step, numeric_weekday, timezone, bounds, local_time, timing, target, auth,
    request,
)  # fmt: skip
"""`check(draft)`: what an entry says for itself."""

STACK_RULES: tuple[ModuleType, ...] = (owner, service, host, secret, ceiling, overlap, minimum_interval)
"""`check(draft, settings)`: what a stack makes of it."""

CONTEXT_RULES: tuple[ModuleType, ...] = (stack,)
"""`check(draft, context)`: what the other stacks and the clock make of it."""

ENTRY_RULES: tuple[ModuleType, ...] = (
    past, input_size, never_fires, outside_period, dst_gap, dst_repeat, rate_at_once,
)  # fmt: skip
"""`check(entries, draft, context)`: what shows once a draft has no error; its entries differ in their stack alone."""

CATALOG_RULES = {
    "duplicate-name": "a name is unique over the whole catalog",
    pile_up.ID: pile_up.DOC,
    shard.ID: shard.DOC,
    "accept": "an exception names a rule, and is needed",
}
"""What shows when entries are put together."""

FILE_RULES = {
    "yaml-1.1": "plain text means the same to every reader of YAML",
    "syntax": "the file is YAML",
    "quotes": "quotes around a value are straight ones",
    "comment": 'a "#" does not cut a value short by accident',
    "duplicate-key": "a key stands once in its mapping",
    "key": "keys are plain text",
    "anchor": "values are written out",
    "alias": 'values are written out, and one that starts with "*" is quoted',
    "merge-key": "keys are written out",
    "tag": "values have no tags",
    "directive": "a file has no %YAML or %TAG",
    "documents": "a file is one document",
    "number": "a number is one that JSON can hold",
    "encoding": "the file is UTF-8",
    "character": "the file has no characters that readers take differently",
    "depth": "values are nested at most 32 levels deep",
    "too-large": "a file has at most 1 MiB",
    "repository": "git takes no folder of the catalog for a repository",
    "file": "a catalog consists of regular files that can be read",
    "unknown-key": "keys are those of the schema",
    "missing-key": "what is needed is there",
    "schema": "values have the types and limits of the schema",
}
"""What shows when a file is read, before its entries are looked at."""

RULES: dict[str, str] = {
    **{rule.ID: rule.DOC for rule in (*DRAFT_RULES[:-1], *STACK_RULES, *CONTEXT_RULES, *ENTRY_RULES)},
    **request.IDS,
    **CATALOG_RULES,
    **FILE_RULES,
}
"""Every rule, with what it asks for."""

__all__ = (
    "CONTEXT_RULES",
    "DRAFT_RULES",
    "ENTRY_RULES",
    "RULES",
    "STACK_RULES",
    "Context",
    "Fault",
)
