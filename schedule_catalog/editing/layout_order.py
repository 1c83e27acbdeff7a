"""Order of keys in a catalog file: identity, timing, stacks, and last the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schedule_catalog.checking.stacks import Pointer

_FILE = ("owner", "defaults", "schedules")
_REQUEST = ("service", "method", "url", "path", "params", "headers", "auth", "body", "form", "text")
_ENTRY = (
    "description", "cron", "rate", "at", "timezone", "start", "end", "pause", "not_on", "fires_in_freezes", "enabled",
    "stacks", "flexible_window_minutes", "timeout_seconds", "overlap", "retry", "accept", "metrics", "labels",
    "runbook", "request",
)  # fmt: skip
_DEFAULTS = (
    "description", "timezone", "start", "end", "pause", "not_on", "fires_in_freezes", "enabled", "stacks", "service",
    "headers", "auth", "flexible_window_minutes", "timeout_seconds", "overlap", "retry", "accept", "metrics", "labels",
    "runbook",
)  # fmt: skip
_AUTH = ("type", "name", "secret", "client")
_PAUSE = ("until", "reason")
_RETRY = ("max_attempts", "max_age_minutes")

Keyed = TypeVar("Keyed")


def in_order(members: Iterable[tuple[str, Keyed]], pointer: Pointer) -> list[tuple[str, Keyed]]:
    """Return the members of the mapping at *pointer* in their order; unknown keys come last, unsorted."""
    order = {key: rank for rank, key in enumerate(_order(pointer))}
    return sorted(members, key=lambda member: order.get(member[0], len(order)))


def _order(pointer: Pointer) -> tuple[str, ...]:
    if pointer[:1] == ("schedules",) and pointer[2:3] == ("stacks",):
        pointer = ("schedules", *pointer[3:])  # the values of a stack are ordered like the entry
    match pointer:
        case ():
            return _FILE
        case ("defaults",):
            return _DEFAULTS
        case ("schedules", _):
            return _ENTRY
        case ("schedules", _, "request"):
            return _REQUEST
        case ("schedules", _, "request", "auth") | ("defaults", "auth"):
            return _AUTH
        case ("schedules", _, "pause") | ("defaults", "pause"):
            return _PAUSE
        case ("schedules", _, "retry") | ("defaults", "retry"):
            return _RETRY
        case _:
            return ()
