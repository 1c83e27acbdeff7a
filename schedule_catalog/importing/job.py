"""A job of another system, read, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

Effect: TypeAlias = Literal["note", "changed", "lost", "to do"]
Outcome: TypeAlias = Literal["taken over", "changed", "lost", "refused"]


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that a reviewer must know about an entry.

    effect: "changed" and "lost" describe the call, "to do" is for whoever deploys it, "note" is only good to know.
    """

    effect: Effect
    text: str

    def __str__(self) -> str:
        return self.text if self.effect == "note" else f"{self.effect}: {self.text}"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """What the source does where the clocks change and EventBridge Scheduler does something else; "" for the same.

    gap: at a local time that is skipped, where AWS does not call.
    repeat: at a local time that occurs twice, where AWS calls once, at the first.
    """

    gap: str = ""
    repeat: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """What the source says, in the words of a catalog.

    origin: where it is in the source, for people.
    name: what to call it; made valid and unique later.
    timings: the keys that say when; with several, each becomes an entry of its own.
    values: all other keys of the entry.
    fires: the times from one on, by the source's own rules; UTC, or with `walls` local times written as if UTC.
    clock: how the source treats clock changes; only read with `walls`.
    generated: the address is made up from `--url`; a "{name}" in it becomes the entry's final name.
    owner: of the entry, where the source says it.
    """

    origin: str
    name: str
    timings: tuple[Mapping[str, Any], ...]
    values: Mapping[str, Any]
    notes: tuple[Note, ...]
    fires: Callable[[datetime], Iterable[datetime]]
    walls: bool = True
    clock: ClockRule = ClockRule()
    generated: bool = False
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A job that did not become an entry, and why."""

    origin: str
    reason: str

    @property
    def outcome(self) -> Outcome:
        """Always "refused"."""
        return "refused"


@dataclass(frozen=True, slots=True)
class Converted:
    """An entry that was proved to fire as its job does.

    notes: what a reviewer must know, as comments above it.
    """

    origin: str
    name: str
    owner: str
    values: Mapping[str, Any]
    notes: tuple[Note, ...]

    @property
    def outcome(self) -> Outcome:
        """What became of the call; the times are proved for every entry."""
        effects = {note.effect for note in self.notes}
        return "lost" if "lost" in effects else "changed" if "changed" in effects else "taken over"
