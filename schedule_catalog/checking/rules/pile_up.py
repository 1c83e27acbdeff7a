"""Many calls in one minute, over the whole catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.pile_ups import PileUp, pile_ups
from schedule_catalog.problem import Place, Problem, Severity

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings

ID = "pile-up"
DOC = "no more schedules fire in the same minute than the stack's settings allow"

_NAMED = 3


def check(entries: Iterable[Entry], settings: Iterable[Settings], now: datetime) -> Iterator[Problem]:
    """Find the fullest minutes of each stack; an entry with an exception does not count.

    Reported at the first entry of the owner with the most calls in that minute.
    """
    counted = [entry for entry in entries if ID not in entry.accept]
    said: dict[tuple[Place, str], list[str]] = {}
    for stack in settings:
        own = (entry for entry in counted if entry.stack is None or entry.stack == stack.stack)
        most = stack.most_calls_per_minute
        for found in pile_ups(own, most, now):
            said.setdefault(_worded(found, most), []).append(stack.stack)
    for (place, message), stacks in said.items():
        names = f"stack{'s' if len(stacks) > 1 else ''} {', '.join(sorted(stacks))}"
        yield Problem.at(place, ID, f"{message} ({names})", Severity.WARNING)


def _worded(found: PileUp, most: int) -> tuple[Place, str]:
    owners = Counter(entry.owner for entry in found.entries)
    largest = sorted(owners.items(), key=lambda each: (-each[1], each[0]))
    own = sorted((each.place, each.name) for each in found.entries if each.owner == largest[0][0])
    shares = ", ".join(f"{owner} {count}" for owner, count in largest[:_NAMED])
    names = ", ".join(f'"{name}"' for _, name in own[:_NAMED])
    message = (
        f"{len(found.entries)} schedules call at {found.instant:%Y-%m-%dT%H:%MZ}, and "
        f'"most_calls_per_minute" is {most}: spread them with "flexible_window_minutes" '
        f"(most are of {shares}; {names}{' …' if len(own) > _NAMED else ''})"
    )
    return own[0][0], message
