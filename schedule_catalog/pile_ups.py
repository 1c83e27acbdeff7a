"""Minutes in which more schedules call than a stack can bear.

A bound comes first: for every minute of the UTC day, how many entries fire in it on any day of the year. Only where the
bound is above the limit are days looked at, and then at the fires in that one minute of the day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from schedule_catalog.expressions import Cron, changes, fires, instants, parse, zone

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

YEAR = timedelta(days=365)
MOST_TOLD = 3
MOST_LOOKED_AT = 48
"""Minutes of the day, the fullest first: a catalog that fills more of them has been told enough."""

_SPANS = (8, 92)
_MINUTE = timedelta(minutes=1)
_DAY = 1440


class Timing(NamedTuple):
    """What decides when an entry fires."""

    expression: str
    timezone: str
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class PileUp:
    """A minute (UTC) with its calls, and the entries that make them in the order given."""

    instant: datetime
    entries: tuple[Entry, ...]


def pile_ups(entries: Iterable[Entry], most: int, now: datetime) -> list[PileUp]:
    """Give minutes of the 365 days from *now* in which more than *most* of the entries fire.

    Of the minutes that the same entries may fill, the first with too many fires is given. Left out are the entries that
    are disabled or have a flexible window, and rates without a `start`, whose minute nobody knows yet.
    """
    counted = [each for each in entries if _counts(each)]
    timings = Counter(Timing(each.expression, each.timezone, each.start, each.end) for each in counted)
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


def _counts(entry: Entry) -> bool:
    if not entry.enabled or entry.flexible_window_minutes:
        return False
    return entry.start is not None or not entry.expression.startswith("rate(")


def _crowded(timings: Counter[Timing], most: int, now: datetime) -> Iterator[tuple[int, list[Timing]]]:
    """The minutes of the day whose bound is above the limit, the fullest first, with what may fire in them."""
    bounds = [0] * _DAY
    for timing, count in timings.items():
        for minute in _minutes(timing, now):
            bounds[minute] += count
    crowded = [minute for minute in range(_DAY) if bounds[minute] > most]
    crowded = set(sorted(crowded, key=lambda minute: -bounds[minute])[:MOST_LOOKED_AT])
    if not crowded:
        return
    within: dict[int, list[Timing]] = {minute: [] for minute in crowded}
    for timing in timings:
        for minute in crowded.intersection(_minutes(timing, now)):
            within[minute].append(timing)
    yield from sorted(within.items(), key=lambda each: (-bounds[each[0]], each[0]))


def _minutes(timing: Timing, now: datetime) -> tuple[int, ...]:
    """The minutes of the UTC day in which a timing may fire within the year."""
    if timing.expression.startswith("cron("):
        minutes, hours, _ = timing.expression[5:-1].split(" ", 2)
        return _cron_minutes(minutes, hours, timing.timezone, now)
    if timing.expression.startswith("rate("):
        start = _utc(timing.start, timing.timezone)
        interval = parse(timing.expression).shortest_gap
        if start is None or interval is None:
            return ()
        step = interval // _MINUTE
        first = start.hour * 60 + start.minute
        return tuple((first + count * step) % _DAY for count in range(lcm(step, _DAY) // step))
    if int(timing.expression[3:7]) not in (now.year - 1, now.year, now.year + 1, now.year + 2):
        return ()
    at = _utc(datetime.fromisoformat(timing.expression[3:-1]), timing.timezone)
    return () if at is None else (at.hour * 60 + at.minute,)


@lru_cache(16_384)
def _cron_minutes(minutes: str, hours: str, timezone: str, now: datetime) -> tuple[int, ...]:
    fields = parse(f"cron({minutes} {hours} * * ? *)")
    if not isinstance(fields, Cron):
        return ()
    walls = [60 * hour + minute for hour in fields.fields.hours.values for minute in fields.fields.minutes.values]
    return tuple({(wall - offset) % _DAY for offset in _offsets(timezone, now) for wall in walls})


@lru_cache(1024)
def _offsets(timezone: str, now: datetime) -> tuple[int, ...]:
    """The zone's offsets within the year, in minutes east of UTC."""
    first = now.astimezone(zone(timezone)).utcoffset() or timedelta(0)
    return tuple(
        {each // _MINUTE for each in (first, *(change.after for change in changes(timezone, now, now + YEAR)))}
    )


def _first(
    minute: int, candidates: Iterable[Timing], timings: Counter[Timing], most: int, now: datetime, until: datetime
) -> datetime | None:
    """The first instant at that minute of the day with more than *most* fires; spans grow, as most are found soon."""
    alike = Counter[Timing]()
    for timing in candidates:
        for narrow in _narrowed(timing, minute, now):
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
        for fire in _fires(timing, since, until):
            if fire.hour * 60 + fire.minute == minute:
                calls[fire] += count
    return calls


def _narrowed(timing: Timing, minute: int, now: datetime) -> Iterator[Timing]:
    """A timing without the minutes of the day that are not asked for; what is alike then is counted together."""
    if not timing.expression.startswith("cron("):
        yield timing
        return
    minutes, hours, days = timing.expression[5:-1].split(" ", 2)
    for offset in _offsets(timing.timezone, now):
        hour, of_hour = divmod((minute + offset) % _DAY, 60)
        if _has(minutes, hours, hour, of_hour):
            yield timing._replace(expression=f"cron({of_hour} {hour} {days})")


@lru_cache(16_384)
def _has(minutes: str, hours: str, hour: int, minute: int) -> bool:
    cron = parse(f"cron({minutes} {hours} * * ? *)")
    return isinstance(cron, Cron) and hour in cron.fields.hours.values and minute in cron.fields.minutes.values


def _fires(timing: Timing, since: datetime, until: datetime) -> Iterator[datetime]:
    starts, ends = _utc(timing.start, timing.timezone), _utc(timing.end, timing.timezone)
    first, last = max(since, starts or since), min(until, ends or until)
    return fires(timing.expression, timing.timezone, first, last, starts) if first < last else iter(())


def _fires_at(entry: Entry, chosen: frozenset[Timing], instant: datetime) -> bool:
    timing = Timing(entry.expression, entry.timezone, entry.start, entry.end)
    return timing in chosen and any(_fires(timing, instant, instant + _MINUTE))


def _utc(wall: datetime | None, timezone: str) -> datetime | None:
    found = instants(wall, timezone) if wall else ()
    return found[0] if found else None
