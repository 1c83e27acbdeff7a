"""Fires for people: an aligned table a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.cli.screen import printable
from schedule_catalog.cli.table import aligned
from schedule_catalog.expressions import IANA_VERSION

if TYPE_CHECKING:
    from schedule_catalog.cli.forecast import Fire, Forecast


def show(forecasts: Sequence[Forecast], start: datetime) -> None:
    """Print the tables and, last, where the time zones come from."""
    for forecast in forecasts:
        print(printable(heading(forecast)))
        rows = [_row(fire) for fire in forecast.fires]
        for line in aligned(rows) if rows else ("  no fire from here on",):
            print(line)
        print()
    print(f"from {start:%Y-%m-%d %H:%M} UTC, time zones of IANA {IANA_VERSION}")


def heading(forecast: Forecast) -> str:
    """Return what the times below it are of."""
    name = f"{forecast.name}  " if forecast.name else ""
    stacks = f"  [{', '.join(forecast.stacks)}]" if forecast.stacks else ""
    notes = f"  ({'; '.join(forecast.notes)})" if forecast.notes else ""
    return f"{name}{forecast.expression}  {forecast.timezone}{stacks}{notes}"


def _row(fire: Fire) -> tuple[str, str, str]:
    local = f"{fire.local:%a %Y-%m-%d %H:%M} {fire.local.tzname()}"
    return local, f"{fire.utc:%a %Y-%m-%d %H:%M} UTC", f"<- {fire.mark}" if fire.mark else ""
