"""Alarms for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.cli.text.table import aligned
from schedule_catalog.wording import utc_minute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schedule_catalog.operations import Alarm


def alarm_lines(alarms: Sequence[Alarm] | None) -> Iterator[str]:
    """Yield the alarms that are on; None if they cannot be read."""
    if alarms is None:
        yield "alarms: unknown, as AWS did not answer cloudwatch:DescribeAlarms: is the permission missing?"
        return
    rows = [(each.name, utc_minute(each.since), each.means, _place(each)) for each in alarms]
    if rows:
        yield from aligned([("alarm", "since", "meaning", "runbook"), *rows], indent="")


def _place(alarm: Alarm) -> str:
    return f"docs/alarms.md#alarm-{alarm.runbook}" if alarm.runbook else ""
