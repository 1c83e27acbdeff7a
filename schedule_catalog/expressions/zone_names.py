"""Advice for unknown time zones: the intended zone, and never one with another time."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from typing import NamedTuple

_LONGEST = 64  # far above any name; longer texts need not be compared completely
_OFFSET = re.compile(
    r"(?P<etc>etc/)?(?:gmt|utc|ut)? ?(?P<sign>[+-]) ?(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?"
)
_FIXED = re.compile(r"Etc/GMT(?P<sign>[+-])(?P<hours>[1-9][0-9]?)")
_DIGIT = re.compile("[0-9]")
_ABBREVIATION = re.compile(r"[A-Z]{1,4}")
_HOUR = timedelta(hours=1)
_WESTERNMOST = 12 * _HOUR


class Advice(NamedTuple):
    """Zone to write, if there is one, and the sentence with it."""

    nearest: str | None
    sentence: str


def advice(name: str, known: Collection[str], rules: Callable[[str], bytes]) -> Advice:
    """Return the advice for a name that is not in *known*; *rules* finds zones that differ only in name."""
    text = name[:_LONGEST].strip().replace("\N{MINUS SIGN}", "-")
    zones = {each.lower(): each for each in sorted(known)}
    wanted = text.lower().replace(" ", "_")
    if wanted not in zones and (offset := _OFFSET.fullmatch(text.lower())):
        return _of_offset(offset, known)
    near = zones.get(wanted) or (None if _ABBREVIATION.fullmatch(text) else _by_city(wanted, zones, rules))
    if near:
        also = f", which is {_shown(fixed)}" if (fixed := _fixed_offset(near)) else ""
        return Advice(near, f'write "{near}"{also}')
    if any(each.startswith(f"{wanted.rstrip('/')}/") for each in zones):
        return Advice(None, "it is a region: add a city")
    return Advice(None, "write an IANA name such as Asia/Seoul, or UTC")


def reversed_sign(name: str) -> str | None:
    """Return a warning about `Etc/GMT±n`, which is west of UTC although it seems to be east; None for other names."""
    offset = _fixed_offset(name)
    if offset is None:
        return None
    other = f'"{_fixed_name(-offset)}" for {_shown(-offset)}, or ' if offset <= _WESTERNMOST else ""
    return f'"{name}" is {_shown(offset)}, as the signs of such names are reversed: write {other}the zone of a city'


def _fixed_offset(name: str) -> timedelta | None:
    found = _FIXED.fullmatch(name)
    return None if found is None else int(found["hours"]) * (-_HOUR if found["sign"] == "+" else _HOUR)


def _fixed_name(offset: timedelta) -> str:
    hours = offset // _HOUR
    return f"Etc/GMT{'-' if hours > 0 else '+'}{abs(hours)}" if hours else "UTC"


def _shown(offset: timedelta) -> str:
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{'-' if offset < timedelta() else '+'}{hours:02}:{minutes:02}"


def _of_offset(found: re.Match[str], known: Collection[str]) -> Advice:
    """Zone of an offset: ISO 8601 and most people count east of UTC as positive; the names in Etc count west."""
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    offset = -offset if found["sign"] == "-" else offset
    name, opposite = _fixed_name(offset), _fixed_name(-offset)
    if offset % _HOUR or name not in known:
        return Advice(None, "no time zone has only that offset, so write the zone of a city")
    if not offset:
        return Advice(name, f'write "{name}"')
    if found["etc"] and opposite in known:
        both = f'"{opposite}" for {_shown(-offset)}, "{name}" for {_shown(offset)}'
        return Advice(None, f"write {both}, or the zone of a city")
    is_that = f"which is {_shown(offset)} (signs are reversed in such names)"
    return Advice(name, f'write "{name}", {is_that}, or the zone of a city')


def _by_city(wanted: str, zones: dict[str, str], rules: Callable[[str], bytes]) -> str | None:
    """Zone of the same city, or of one with a similar name, first in the same region.

    Names with digits are not compared: another digit is another zone. Nor are cities of several zones with other times.
    """
    from difflib import get_close_matches

    region, _, city = wanted.rpartition("/")
    if _DIGIT.search(city):
        return None
    here = {each: zone for each, zone in zones.items() if each.startswith(f"{region}/")} if region else zones
    for candidates in (here, zones):
        cities = _cities(candidates)
        close = [city] if city in cities else get_close_matches(city, cities, n=1, cutoff=0.8)
        if close:
            found = cities[close[0]]
            return found[-1] if len(set(map(rules, found))) == 1 else None
    return None


def _cities(zones: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for city, zone in _named(zones):
        found.setdefault(city, []).append(zone)
    return found


def _named(zones: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Cities and countries of zones; names shorter than four letters are abbreviations."""
    for lowered, zone in zones.items():
        city = lowered.rpartition("/")[2]
        if len(city) > 3 and not _DIGIT.search(city):
            yield city, zone
