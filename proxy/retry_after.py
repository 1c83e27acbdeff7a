"""Delay that a target requests (RFC 9110 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# All attempts of an entry are within days, so a target that requests more wants no further call.
MAX_SECONDS = 86_400.0


def retry_after(text: str, now: datetime) -> float | None:
    """Return the seconds from `now`, from 0 to MAX_SECONDS, of a Retry-After in either form; None if invalid."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        # A number with many digits is not parsed.
        return MAX_SECONDS if len(text.lstrip("0")) > 9 else min(float(text), MAX_SECONDS)
    if (moment := _moment(text)) is None:
        return None
    return min(max((moment - now).total_seconds(), 0.0), MAX_SECONDS)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
