"""The members of an event that not every proxy knows: who makes events asks first which of them the stack's does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FEATURES = ("auth.client", "fires_in_freezes", "form", "not_on", "pause", "recurring", "runbook", "text")
"""Those that this version's proxy knows, beside the members of the first event; sorted, with a dot before an inner."""


def unknown_features(event: Mapping[str, object], known: Collection[str]) -> tuple[str, ...]:
    """The members of an event that a proxy with these features refuses."""
    return tuple(name for name in FEATURES if name not in known and _has(event, name))


def _has(event: Mapping[str, object], feature: str) -> bool:
    name, _, inner = feature.partition(".")
    value = event.get(name)
    return name in event and (not inner or (isinstance(value, dict) and inner in value))
