"""Text of a calendar as YAML."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from schedule_catalog.editing.entry_text import scalar


def calendar_text(
    description: str, timezone: str | None, days: Iterable[tuple[date, str]], head: tuple[str, ...] = ()
) -> bytes:
    """Return a calendar with one line for each day and its name, below the lines of *head*."""
    lines = [*head, f"description: {scalar(description)}"]
    lines += [f"timezone: {scalar(timezone)}"] if timezone else []
    lines.append("dates:")
    lines += [f"  - {{from: {day}, to: {day}, reason: {scalar(name[:200], flow=True)}}}" for day, name in days]
    return ("\n".join(lines) + "\n").encode()
