"""The rules of a catalog: one module each, with `ID`, `DOC` and `check`."""

from __future__ import annotations

from types import ModuleType

from . import (
    at,
    bounds,
    ceiling,
    cron,
    host,
    input_size,
    local_time,
    numeric_weekday,
    owner,
    past,
    rate,
    request,
    secret,
    service,
    stack,
    target,
    timezone,
    undocumented,
)
from .context import Context
from .fault import Fault

DRAFT_RULES: tuple[ModuleType, ...] = (
    cron, rate, at, undocumented, numeric_weekday, timezone, bounds, local_time, target, request,
)  # fmt: skip
"""`check(draft)`: what an entry says for itself."""

STACK_RULES: tuple[ModuleType, ...] = (owner, service, host, secret, ceiling)
"""`check(draft, settings)`: what a stack makes of it."""

CONTEXT_RULES: tuple[ModuleType, ...] = (stack,)
"""`check(draft, context)`: what the other stacks and the clock make of it."""

ENTRY_RULES: tuple[ModuleType, ...] = (past, input_size)
"""`check(entry, draft, context)`: what shows once an entry has no error."""

CATALOG_RULES = {
    "duplicate-name": "a name is unique over the whole catalog",
    "accept": "an exception names a rule, and is needed",
}
"""What `check` itself finds."""

RULES: dict[str, str] = {
    **{rule.ID: rule.DOC for rule in (*DRAFT_RULES[:-1], *STACK_RULES, *CONTEXT_RULES, *ENTRY_RULES)},
    **request.IDS,
    **CATALOG_RULES,
}
"""Every rule of an entry, with what it asks for; the structure of a file has rules of its own."""

__all__ = (
    "CONTEXT_RULES",
    "DRAFT_RULES",
    "ENTRY_RULES",
    "RULES",
    "STACK_RULES",
    "Context",
    "Fault",
)
