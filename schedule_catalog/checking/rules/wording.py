"""How messages name things."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

_WRAPPED = re.compile(r"\b(?:cron|rate|at)\(((?:[^()]|\([^()]*\))*)\)")


def listed(names: Iterable[str]) -> str:
    """Return names in double quotes, sorted."""
    return ", ".join(f'"{name}"' for name in sorted(names)) or "none"


def instead(name: str, known: Iterable[str]) -> str:
    """Return what to write instead of an unknown name: the nearest known one, or all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f'did you mean "{near[0]}"?' if near else f"known are {listed(names)}"


def unwrapped(message: str) -> str:
    """Return a message about AWS's text as one about a catalog file, where the kind is the key and not a wrapper."""
    return _WRAPPED.sub(r'"\1"', message)


def dates(others: Sequence[datetime]) -> str:
    """Return the further days of something that was named with its first."""
    return f" (and on {', '.join(f'{each:%Y-%m-%d}' for each in others)})" if others else ""
