"""All calendars of a catalog, and which of them freeze a stack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from schedule_catalog.calendars.calendar import Calendar, compiled
from schedule_client.contract.records import field, frozen, replace

if TYPE_CHECKING:
    from schedule_catalog.problem import Problem
    from schedule_catalog.settings import Settings
    from schedule_client.contract.exclusions import UtcCalendar


@frozen
class Calendars:
    """The calendars by name, and what is wrong with their files.

    known: None where nobody read them, so that nothing can be said about a name.
    broken: names of files that have errors.
    freezes: of each known stack the names of the calendars in which no recurring entry of it fires.
    folder: where a calendar's file is looked for, as problems show it.
    """

    known: Mapping[str, Calendar] | None = None
    broken: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    freezes: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    folder: str = "calendars"

    def freezing(self, settings: Mapping[str, Settings]) -> Calendars:
        """Return the calendars with the freezes of these stacks."""
        return replace(self, freezes={stack: each.freezes for stack, each in settings.items()})

    def only(self, stack: str) -> Calendars:
        """Return the calendars as one stack has them."""
        return replace(self, freezes={name: each for name, each in self.freezes.items() if name == stack})

    def of_entry(self, names: Iterable[str], timezone: str) -> tuple[UtcCalendar, ...]:
        """Return these calendars for an entry of that zone; those that are not known are left out."""
        found = (self.known or {}).get
        return tuple(compiled(each.name, each.periods, each.timezone or timezone) for each in map(found, names) if each)

    def freezes_of(self, stack: str | None) -> tuple[UtcCalendar, ...]:
        """Return the freezes of a stack; a calendar without its own zone does not count."""
        names = self.freezes.get(stack or "")
        if not names:
            return ()
        zoned = (name for name in names if (found := (self.known or {}).get(name)) and found.timezone)
        return self.of_entry(zoned, "UTC")

    def same(self, other: Calendars) -> bool:
        """Tell whether entries fire alike under both."""
        return _periods(self) == _periods(other) and self.freezes == other.freezes


def _periods(calendars: Calendars) -> dict[str, tuple[object, ...]]:
    return {name: (each.timezone, each.periods) for name, each in (calendars.known or {}).items()}


UNREAD = Calendars()
"""For what does not depend on when an entry fires."""
