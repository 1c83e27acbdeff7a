"""Wording that several rules share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


def dates(others: Sequence[datetime]) -> str:
    """Return the further dates of a mistake that was named with its first."""
    return f" (and on {', '.join(f'{each:%Y-%m-%d}' for each in others)})" if others else ""
