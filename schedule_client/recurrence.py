"""Recurrence of a schedule, in the terms of EventBridge Scheduler."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from schedule_client.errors import TimeError
from schedule_client.moment import checked_instant

_UNITS = re.compile(r"(?P<number>[1-9][0-9]{0,4}) (?P<unit>minute|hour|day)s?")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Expression, its zone, and its bounds."""

    expression: str
    timezone: str
    start: datetime | None
    end: datetime | None

    @classmethod
    def of(
        cls, cron: str | None, rate: str | None, timezone: str, start: datetime | None, end: datetime | None
    ) -> Recurrence:
        """Return the expression of exactly one of `cron` (six fields) and `rate`; raises TimeError."""
        if (cron is None) == (rate is None):
            raise TimeError('give exactly one of cron (such as "0 9 * * ? *") and rate (such as "5 minutes")')
        for name, bound in (("start", start), ("end", end)):
            if bound is not None:
                checked_instant(name, bound)
        if not isinstance(timezone, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers need not be typed
            raise TimeError(f'timezone is {timezone!r}: give the name of a zone, such as "Asia/Seoul"')
        if not _is_zone(timezone):
            raise TimeError(f'timezone is "{timezone}", which is not a zone: write one such as "Asia/Seoul" or "UTC"')
        if start is not None and end is not None and end <= start:
            raise TimeError(f"end ({end.isoformat()}) is not after start ({start.isoformat()})")
        return cls(_cron(cron) if cron is not None else _rate(rate or ""), timezone, start, end)

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of CreateSchedule; a schedule with an end is deleted after its last call."""
        bounds = {"StartDate": self.start, "EndDate": self.end}
        return {
            "ScheduleExpression": self.expression,
            "ScheduleExpressionTimezone": self.timezone,
            "ActionAfterCompletion": "DELETE" if self.end else "NONE",
            **{name: bound.astimezone(UTC) for name, bound in bounds.items() if bound is not None},
        }


def _is_zone(name: str) -> bool:
    """Return whether there is such a zone, as far as this machine knows: a small container has no list of zones."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return not available_timezones()
    return True


def _cron(text: object) -> str:
    if not isinstance(text, str):
        raise TimeError(f'cron is {text!r}: give a text of six fields, such as "0 9 * * ? *"')
    fields = text.split()
    if text.startswith("cron("):
        raise TimeError(f'cron is "{text}": remove the wrapper: "{text[5:-1]}"')
    if len(fields) == 5:
        raise TimeError(
            f'cron is "{text}", five fields of Unix: EventBridge Scheduler has six (minutes hours day-of-month month '
            'day-of-week year), with "?" for one of the two days and SUN as 1'
        )
    if len(fields) != 6:
        raise TimeError(f'cron is "{text}": six fields are needed, such as "0 9 * * ? *"')
    return f"cron({' '.join(fields)})"


def _rate(text: object) -> str:
    found = _UNITS.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise TimeError(f'rate is "{text}": write a number and minutes, hours or days, such as "5 minutes"')
    return f"rate({found['number']} {found['unit']}{'' if found['number'] == '1' else 's'})"
