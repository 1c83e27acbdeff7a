"""Instants and spans as people read and write them."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from schedule_catalog.expressions import zone
from schedule_catalog.utc_time import utc_time

if TYPE_CHECKING:
    from collections.abc import Callable

# No schedule is older, and the texts of later years have the same length.
_FIRST = datetime(2022, 1, 1, tzinfo=UTC)
_SPAN = re.compile(r"(\d{1,5}) ?([mhdw])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def span(text: str) -> timedelta:
    """Return the span that a text names: `90m`, `12h`, `3d`; a week at most."""
    length = _length(text)
    if not length or length > _UNITS["w"]:
        raise argparse.ArgumentTypeError(f'"{text}" is not a span of up to a week: write 90m, 12h or 3d')
    return length


def any_span(text: str) -> timedelta:
    """Return the span that a text names, of any length: `90m`, `12h`, `3d`, `2w`."""
    length = _length(text)
    if not length:
        raise argparse.ArgumentTypeError(f'"{text}" is not a span: write 90m, 12h, 3d or 2w')
    return length


def _length(text: str) -> timedelta | None:
    found = _SPAN.fullmatch(text)
    return int(found[1]) * _UNITS[found[2]] if found else None


def since(text: str) -> Callable[[datetime], datetime]:
    """Return the instant that a text names, relative to the present: `3d` ago, or ISO 8601."""
    span = _SPAN.fullmatch(text)
    if span:
        return lambda now: max(_FIRST, now - int(span[1]) * _UNITS[span[2]])
    try:
        moment = utc_time(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'"{text}" is not a span or a time: write 90m, 12h, 3d, or 2027-01-05T09:00Z'
        ) from None
    return lambda now: max(_FIRST, moment)


def in_zone(moment: datetime, timezone: str) -> str:
    """Return an instant in the local time of a zone, with seconds if it has some, as `utc_minute` does."""
    local = moment.astimezone(zone(timezone))
    minute = f"{local:%a %Y-%m-%d %H:%M}"
    return f"{minute}:{local:%S} {local.tzname()}" if local.second else f"{minute} {local.tzname()}"


def span_text(seconds: float) -> str:
    """Return a span in one or two units."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    return f"{hours // 24} d {hours % 24} h"
