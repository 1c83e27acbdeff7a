"""Jobs of other systems, and the results of their conversion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

Effect: TypeAlias = Literal["note", "changed", "lost", "to do"]
Outcome: TypeAlias = Literal["taken over", "changed", "lost", "refused", "skipped"]


@dataclass(frozen=True, slots=True)
class Note:
    """Fact about an entry for its reviewer.

    effect: "changed" and "lost" describe the call, "to do" is a step before the deployment, "note" is only good to
        know.
    """

    effect: Effect
    text: str

    def __str__(self) -> str:
        return self.text if self.effect == "note" else f"{self.effect}: {self.text}"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """Behaviour of the source at clock changes where EventBridge Scheduler behaves differently; "" for the same.

    gap: at a skipped local time, when AWS does not call.
    repeat: at a local time that occurs twice, when AWS calls once, at the first.
    """

    gap: str = ""
    repeat: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """Job of the source, in the words of a catalog.

    origin: its position in the source, for people.
    name: suggested name; made valid and unique later.
    timings: keys of the timing; each one becomes an entry.
    values: all other keys of the entry.
    fires: the fires from an instant on, by the source's own rules; UTC, or with `walls` local times written as if UTC.
    clock: how the source treats clock changes; only read with `walls`.
    generated: the address comes from `--url`; "{name}" in it becomes the entry's final name.
    owner: of the entry, if the source names one.
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
    """Job that did not become an entry, and the reason.

    skipped: it has no times, so no schedule can replace it; the source keeps it.
    """

    origin: str
    reason: str
    skipped: bool = False

    @property
    def outcome(self) -> Outcome:
        """Either "refused" or "skipped"."""
        return "skipped" if self.skipped else "refused"


@dataclass(frozen=True, slots=True)
class Converted:
    """Entry that provably fires as its job does.

    notes: facts for reviewers, as comments above it.
    """

    origin: str
    name: str
    owner: str
    values: Mapping[str, Any]
    notes: tuple[Note, ...]

    @property
    def outcome(self) -> Outcome:
        """Result for the call; the times are proved for every entry."""
        effects = {note.effect for note in self.notes}
        return "lost" if "lost" in effects else "changed" if "changed" in effects else "taken over"
