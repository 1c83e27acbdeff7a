"""Messages about unknown keys: reserved, in the wrong mapping, misspelt, or foreign."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from schedule_catalog.schema_files import schema
from schedule_catalog.wording import listed, nearest, quoted

RESERVED = frozenset(("version",))
_NEVER = {"name": "repeats the key above", "stacks": "is not allowed inside a stack"}
_SYNONYMS = {
    "calendar": "not_on", "calendars": "not_on", "data": "body", "disabled": "enabled", "environments": "stacks",
    "content_type": "headers", "envs": "stacks", "every": "rate", "except": "not_on", "expression": "cron",
    "holidays": "not_on",
    "interval": "rate", "json": "body", "once": "at", "payload": "body", "query": "params", "retries": "retry",
    "raw": "text", "schedule": "cron", "tags": "labels", "team": "owner", "timeout": "timeout_seconds",
    "tz": "timezone", "until": "end", "uri": "url", "verb": "method", "window": "flexible_window_minutes",
}  # fmt: skip


def unknown_key_message(key: str, value: Any, known: Mapping[str, Any], pointer: tuple[str | int, ...]) -> str:
    """Return what to write instead of `key`; `known` are the properties of the mapping at `pointer`."""
    if key in RESERVED:
        return f"{quoted(key)} is reserved for a later version: remove it"
    if key in _NEVER and len(pointer) > 1 and "request" not in pointer[2:]:
        return f"{quoted(key)} {_NEVER[key]}: remove it"
    if "schedules" in known and _looks_like_an_entry(value):
        return f'schedules are written under "schedules": move {quoted(key)} there'
    home = _home(key, known, pointer)
    if home:
        return f"{quoted(key)} belongs {home}: move it there"
    near = _nearest(key, tuple(known))
    if near:
        return f'unknown key {quoted(key)}: did you mean "{near}"?'
    return f"unknown key {quoted(key)}: known: {listed(known)}"


def _looks_like_an_entry(value: Any) -> bool:
    return isinstance(value, dict) and any(key in value for key in ("request", "cron", "rate", "at"))


def _home(key: str, known: Mapping[str, Any], pointer: tuple[str | int, ...]) -> str | None:
    for name, inner in known.items():
        if key in _resolved(inner).get("properties", {}) and name != "defaults":
            return f'under "{name}"'
    if "schedules" in known and key in schema("schedule")["$defs"]["entry"]["properties"]:
        return 'to a schedule, under "schedules"' if key == "request" else 'under "defaults" or to a schedule'
    if len(pointer) > 2 and pointer[0] == "schedules" and key in schema("schedule")["$defs"]["entry"]["properties"]:
        return f'to the schedule itself, beside "{pointer[2]}"'
    return None


def _resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    reference: str | None = node.get("$ref")
    return node if reference is None else schema("schedule")["$defs"][reference.rpartition("/")[2]]


@lru_cache(maxsize=1024)
def _nearest(key: str, known: tuple[str, ...]) -> str | None:
    lowered = key.lower().replace("-", "_")
    if _SYNONYMS.get(lowered) in known:
        return _SYNONYMS[lowered]
    longer = (name for name in known if name.startswith(f"{lowered}_"))
    return next(longer, None) or nearest(lowered, known)
