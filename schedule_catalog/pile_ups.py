"""Minutes in which more schedules call than a stack allows.

First step: an upper bound for every minute of the UTC day, the number of entries that fire in it on any day of the
year. Second step, only for minutes whose bound is above the limit: the fires in that minute on each day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from schedule_catalog.minutes_of_day import DAY, YEAR
from schedule_catalog.timing import Timing
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

MOST_TOLD = 3
MOST_LOOKED_AT = 48
"""Minutes of the day, the fullest first: a catalog with more crowded minutes has enough messages."""

_SPANS = (8, 92)
_MINUTE = timedelta(minutes=1)


@frozen
class PileUp:
    """Minute (UTC) with its calls, and the entries that make them in the given order."""

    instant: datetime
    entries: tuple[Entry, ...]


def pile_ups(entries: Iterable[Entry], most: int, now: datetime) -> list[PileUp]:
    """Return minutes of the 365 days from *now* in which more than *most* of the entries fire.

    The first of the minutes that the same entries may fill stands for them. Entries that are disabled or have a
    flexible window are not counted, nor are rates without a `start`, whose minute is unknown.
    """
    counted = list(entries)
    timings = Counter(each.timing for each in counted)
    if timings.total() <= most:
        return []
    firsts = dict[frozenset[Timing], datetime]()
    for minute, candidates in _crowded(timings, most, now):
        chosen = frozenset(candidates)
        if chosen in firsts or len(firsts) < MOST_TOLD:
            instant = _first(minute, candidates, timings, most, now, firsts.get(chosen, now + YEAR))
            if instant is not None:
                firsts[chosen] = instant
    return [
        PileUp(instant, tuple(each for each in counted if _fires_at(each, chosen, instant)))
        for chosen, instant in sorted(firsts.items(), key=lambda each: each[1])
    ]


def _crowded(timings: Counter[Timing], most: int, now: datetime) -> Iterator[tuple[int, list[Timing]]]:
    """Minutes of the day whose bound is above the limit, the fullest first, with the entries that may fire in them."""
    bounds = [0] * DAY
    for timing, count in timings.items():
        for minute in timing.minutes_of_day(now):
            bounds[minute] += count
    crowded = [minute for minute in range(DAY) if bounds[minute] > most]
    crowded = set(sorted(crowded, key=lambda minute: -bounds[minute])[:MOST_LOOKED_AT])
    if not crowded:
        return
    within: dict[int, list[Timing]] = {minute: [] for minute in crowded}
    for timing in timings:
        for minute in crowded.intersection(timing.minutes_of_day(now)):
            within[minute].append(timing)
    yield from sorted(within.items(), key=lambda each: (-bounds[each[0]], each[0]))


def _first(
    minute: int, candidates: Iterable[Timing], timings: Counter[Timing], most: int, now: datetime, until: datetime
) -> datetime | None:
    """First instant at that minute of the day with more than *most* fires; spans grow, as most are found soon."""
    alike = Counter[Timing]()
    for timing in candidates:
        for narrow in timing.at_minute(minute, now):
            alike[narrow] += timings[timing]
    ends = [now, *(now + timedelta(days=days) for days in _SPANS if now + timedelta(days=days) < until), until]
    for since, end in pairwise(ends):
        calls = _calls(minute, alike, since, end)
        first = min((each for each, count in calls.items() if count > most), default=None)
        if first is not None:
            return first
    return None


def _calls(minute: int, timings: Counter[Timing], since: datetime, until: datetime) -> Counter[datetime]:
    calls = Counter[datetime]()
    for timing, count in timings.items():
        for fire in timing.fires(since, until):
            if fire.hour * 60 + fire.minute == minute:
                calls[fire] += count
    return calls


def _fires_at(entry: Entry, chosen: frozenset[Timing], instant: datetime) -> bool:
    return entry.timing in chosen and any(entry.timing.fires(instant, instant + _MINUTE))
