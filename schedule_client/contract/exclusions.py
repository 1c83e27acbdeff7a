"""Whether a fire counts: a recurring entry's scheduled time against its pause, its calendars and the stack's freezes.

The catalog asks it of every fire that it shows, and the proxy of every run that arrives, so that both say the same.
Instants are whole seconds since 1970, so no data of time zones is needed here.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Literal, TypeAlias

from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

Interval: TypeAlias = tuple[int, int, str]
"""The first second that is left out, the first that counts again, and why."""

_EVER = -864_000  # ten days before 1970: no expression fires earlier, in whichever zone


@frozen
class UtcCalendar:
    """A calendar as one zone has it.

    name: the calendar's and the zone's, such as `kr@Asia/Seoul`.
    intervals: sorted; none overlaps another.
    """

    name: str
    intervals: tuple[Interval, ...]

    def __hash__(self) -> int:
        """Hash the name: a timing is hashed often, and few calendars of one name differ."""
        return hash(self.name)

    @property
    def title(self) -> str:
        """The calendar's own name."""
        return self.name.partition("@")[0]

    def between(self, start: int, end: int) -> Iterator[Interval]:
        """Yield the intervals that have a second of [start, end)."""
        for index in range(bisect_right(self.intervals, start, key=_until), len(self.intervals)):
            if self.intervals[index][0] >= end:
                return
            yield self.intervals[index]


@frozen
class LeftOut:
    """Reason why a run is not made, in a word and in a sentence."""

    reason: Literal["paused", "calendar", "freeze"]
    message: str


@frozen(kw_only=True)
class Exclusions:
    """Everything that leaves out fires of one recurring entry.

    paused_until: the first second after its pause, and `pause_reason` why it is paused.
    not_on: its own calendars; freezes: those of the stack.
    """

    paused_until: int | None = None
    pause_reason: str = ""
    not_on: tuple[UtcCalendar, ...] = ()
    freezes: tuple[UtcCalendar, ...] = ()

    def left_out(self, instant: int) -> LeftOut | None:
        """Return why a fire at this scheduled time does not count; None if it counts."""
        if self.paused_until is not None and instant < self.paused_until:
            return LeftOut("paused", f"its entry is paused: {self.pause_reason}")
        for calendar in self.not_on:
            for *_, why in calendar.between(instant, instant + 1):
                return LeftOut("calendar", _said("calendar", calendar, why))
        for calendar in self.freezes:
            for *_, why in calendar.between(instant, instant + 1):
                return LeftOut("freeze", _said("freeze", calendar, why))
        return None

    def gaps(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield what is left out of [start, end), in order, as (first second, first second after it)."""
        found = [each for calendar in (*self.not_on, *self.freezes) for each in calendar.between(start, end)]
        if self.paused_until is not None and self.paused_until > start:
            found.append((_EVER, self.paused_until, ""))
        at = start
        for since, until, _ in sorted(found):
            if at < until and at < end:
                yield max(at, since), min(until, end)
                at = until


def _until(interval: Interval) -> int:
    return interval[1]


def _said(kind: str, calendar: UtcCalendar, why: str) -> str:
    return f'left out by the {kind} "{calendar.title}"{f": {why}" if why else ""}'
