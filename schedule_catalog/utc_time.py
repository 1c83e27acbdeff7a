"""Instants as people and AWS's command line write them."""

from __future__ import annotations

from datetime import UTC, datetime

from schedule_client.contract.times import read_instant, read_time


def utc_time(text: str) -> datetime:
    """Return the instant (UTC) that a text names; UTC without an offset; raises ValueError."""
    moment = read_time(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def utc_instant(text: str) -> datetime:
    """Return the instant (UTC) that a text with an offset or Z names; raises ValueError."""
    return read_instant(text).astimezone(UTC)
