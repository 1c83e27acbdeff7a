"""Fires as JSON, for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schedule_catalog.cli import as_json
from schedule_catalog.expressions import IANA_VERSION

if TYPE_CHECKING:
    from schedule_catalog.forecast import Fire, Forecast


def show(forecasts: Sequence[Forecast], start: datetime) -> None:
    """Print the IANA version, the start of the forecast, and the schedules with their fires."""
    members = {
        "iana_version": IANA_VERSION,
        "from": as_json.instant(start),
        "schedules": [_schedule(forecast) for forecast in forecasts],
    }
    as_json.show("next", members)


def fire_row(moment: datetime, timezone: str) -> dict[str, str | None]:
    """Return one fire, in UTC and in the local time of its zone."""
    return {"utc": as_json.instant(moment), "local": as_json.local(moment, timezone)}


def _schedule(forecast: Forecast) -> dict[str, Any]:
    return {
        "name": forecast.name,
        "stacks": forecast.stacks,
        "expression": forecast.expression,
        "timezone": forecast.timezone,
        "notes": forecast.notes,
        "fires": [_fire(fire, forecast.timezone) for fire in forecast.fires],
    }


def _fire(fire: Fire, timezone: str) -> dict[str, str | None]:
    return {**fire_row(fire.utc, timezone), "abbreviation": fire.local.tzname(), "mark": fire.mark or None}
