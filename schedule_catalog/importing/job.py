"""A job of another system, read, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Job:
    """What the source says, in the words of a catalog.

    origin: where it stands in the source, for people.
    name: what to call it; made valid and unique later.
    timings: the keys that say when; with several, each becomes an entry of its own.
    values: all other keys of the entry.
    fires: the times from one on, by the source's own rules; UTC, or with `walls` local times written as if UTC.
    """

    origin: str
    name: str
    timings: tuple[Mapping[str, Any], ...]
    values: Mapping[str, Any]
    notes: tuple[str, ...]
    fires: Callable[[datetime], Iterable[datetime]]
    walls: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """A job that did not become an entry, and why."""

    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class Converted:
    """An entry that was proved to fire as its job does.

    notes: what a reviewer should know: lines for a comment above it.
    """

    name: str
    values: Mapping[str, Any]
    notes: tuple[str, ...]
