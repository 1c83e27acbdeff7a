"""What a catalog promises of every day: how often some schedule fires, come what may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.expressions import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schedule_catalog.deployment.arguments import ScheduleArguments


def beat_seconds(schedules: Iterable[ScheduleArguments]) -> int | None:
    """Return the shortest interval of the rates that fire without a beginning or an end; None where there is none.

    A cron promises nothing of a given hour, and what the clock adds or takes away must not change the answer.
    """
    gaps = [
        int(gap.total_seconds())
        for each in schedules
        if each.expression.startswith("rate(") and each.state == "ENABLED" and not (each.start_date or each.end_date)
        if (gap := parse(each.expression).shortest_gap) is not None
    ]
    return min(gaps, default=None)
