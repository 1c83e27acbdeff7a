"""Wording that several rules share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

_WRAPPED = r"\b(?:cron|rate|at)\(((?:[^()]|\([^()]*\))*)\)"


def unwrapped(message: str) -> str:
    """Return a message about AWS's text as one about a catalog file, where the kind is the key and not a wrapper."""
    return re.sub(_WRAPPED, r'"\1"', message)


def dates(others: Sequence[datetime]) -> str:
    """Return the further dates of a mistake that was named with its first."""
    return f" (and on {', '.join(f'{each:%Y-%m-%d}' for each in others)})" if others else ""
