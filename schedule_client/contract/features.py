"""The members of an event that not every proxy knows: who makes events asks first which of them the stack's does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FEATURES = ("fires_in_freezes", "form", "not_on", "pause", "recurring", "runbook", "text")
"""Those that this version's proxy knows, beside the members of the first event; sorted."""


def unknown_features(event: Mapping[str, object], known: Collection[str]) -> tuple[str, ...]:
    """The members of an event that a proxy with these features refuses."""
    return tuple(name for name in FEATURES if name in event and name not in known)
