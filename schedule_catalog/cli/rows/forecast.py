"""Fires as JSON, for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.cli.output import say_json
from schedule_catalog.expressions import IANA_VERSION

if TYPE_CHECKING:
    from schedule_catalog.forecast import Fire, Forecast


def show(forecasts: Sequence[Forecast], start: datetime) -> None:
    """Print one object: the IANA version, where the forecast starts, and the schedules with their fires."""
    document = {
        "iana_version": IANA_VERSION,
        "from": _utc(start),
        "schedules": [_schedule(forecast) for forecast in forecasts],
    }
    say_json(document)


def _schedule(forecast: Forecast) -> dict[str, object]:
    return {
        "name": forecast.name,
        "stacks": forecast.stacks,
        "expression": forecast.expression,
        "timezone": forecast.timezone,
        "notes": forecast.notes,
        "fires": [_fire(fire) for fire in forecast.fires],
    }


def _fire(fire: Fire) -> dict[str, str | None]:
    return {
        "utc": _utc(fire.utc),
        "local": fire.local.isoformat(),
        "abbreviation": fire.local.tzname(),
        "mark": fire.mark or None,
    }


def _utc(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
