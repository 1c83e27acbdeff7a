"""Fires for people: one aligned table per schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from schedule_catalog.cli.output import say
from schedule_catalog.cli.text.table import aligned
from schedule_catalog.expressions import IANA_VERSION
from schedule_catalog.wording import utc_minute

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.forecast import Fire, Forecast

_HEAD = ("local time", "UTC", "")
_ORDER_HEAD = ("UTC", "schedule", "local time", "")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def show(forecasts: Sequence[Forecast], start: datetime) -> None:
    """Print the tables and, last, the source of the time zones."""
    for forecast in forecasts:
        rows = [_row(fire) for fire in forecast.fires]
        lines = aligned([_HEAD, *rows]) if rows else ("  no future fire",)
        say(heading(forecast), *lines, "")
    say(f"from {utc_minute(start)}, time zones of IANA {IANA_VERSION}")


def show_in_order(forecasts: Sequence[Forecast], start: datetime) -> None:
    """Print the fires of all schedules in order of time."""
    fires = sorted(
        ((fire, forecast) for forecast in forecasts for fire in forecast.fires),
        key=lambda each: (each[0].utc, each[1].name or ""),
    )
    rows = [(f"{_minute(fire.utc)} UTC", forecast.name or "", *_local(fire, forecast)) for fire, forecast in fires]
    say(*aligned([_ORDER_HEAD, *rows], indent="") if rows else ("no schedule fires in this period",))
    say(f"from {utc_minute(start)}, time zones of IANA {IANA_VERSION}")


def _local(fire: Fire, forecast: Forecast) -> tuple[str, str]:
    return f"{_minute(fire.local)[4:]} {fire.local.tzname()}", "; ".join(forecast.notes)


def heading(forecast: Forecast) -> str:
    """Return the heading of a table of fires."""
    name = f"{forecast.name}  " if forecast.name else ""
    stacks = f"  [{', '.join(forecast.stacks)}]" if forecast.stacks else ""
    notes = f"  ({'; '.join(forecast.notes)})" if forecast.notes else ""
    return f"{name}{forecast.expression}  {forecast.timezone}{stacks}{notes}"


def _row(fire: Fire) -> tuple[str, str, str]:
    local = f"{_minute(fire.local)} {fire.local.tzname()}"
    return local, f"{_minute(fire.utc)} UTC", f"<- {fire.mark}" if fire.mark else ""


def _minute(moment: datetime) -> str:
    """Instant like "Mon 2026-11-23 09:00"; strftime takes much longer, noticeably in a large catalog."""
    return f"{_DAYS[moment.weekday()]} {str(moment)[:16]}"
