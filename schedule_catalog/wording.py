"""Names, numbers and instants in messages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from schedule_client.contract.times import wire_time

_LONGEST_NAME = 128


def quoted(token: object, longest: int = 60) -> str:
    """Return a token of a file for a message: in double quotes, control characters escaped, cut in the middle."""
    text = token if isinstance(token, str) else json.dumps(token, ensure_ascii=False, default=str)
    if len(text) > longest:
        text = f"{text[: longest - 20]}…{text[-19:]}"
    return f'"{printable(text)}"'


def printable(text: str) -> str:
    """Return a text on one line, with its control characters escaped."""
    return text if text.isprintable() else "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in text)


def listed(names: Iterable[str]) -> str:
    """Return names in double quotes, sorted, with commas between; "none" without any."""
    return ", ".join(f'"{name}"' for name in sorted(names)) or "none"


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known name that a misspelt one probably means, ignoring case.

    cutoff: required similarity of the two, from 0 to 1 (difflib's ratio). A name longer than any of ours has no match.
    """
    if len(name) > _LONGEST_NAME:
        return None
    lowered = {each.lower(): each for each in known}
    if not any(_similarity_at_most(name.lower(), each) >= cutoff for each in lowered):
        return None  # most names of other stacks end here, before difflib is loaded
    from difflib import get_close_matches

    found = get_close_matches(name.lower(), lowered, n=1, cutoff=cutoff)
    return lowered[found[0]] if found else None


def _similarity_at_most(one: str, other: str) -> float:
    """Similarity of two texts if their common characters were in the same order."""
    return 2 * (Counter(one) & Counter(other)).total() / ((len(one) + len(other)) or 1)


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown name: the nearest known one, or all of them."""
    names = tuple(known)
    near = nearest(name, names)
    return f'did you mean "{near}"?' if near else f"known: {listed(names)}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: "1 call", "2,000 calls"; *plural* if it is not the noun with an s."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def utc_minute(instant: datetime) -> str:
    """Return an instant (aware) for people, in UTC, with seconds if they are not zero."""
    moment = instant.astimezone(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment.second else f"{moment:%Y-%m-%d %H:%M} UTC"


def rfc3339(instant: datetime) -> str:
    """Return an instant (aware) for programs, in UTC with a Z (RFC 3339), with fractions of a second if any."""
    return wire_time(instant, "auto")
