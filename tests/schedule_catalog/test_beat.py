from __future__ import annotations

from dataclasses import replace

import pytest

from schedule_catalog.beat import beat_seconds
from schedule_catalog.deployment.arguments import ScheduleArguments

RATE = ScheduleArguments(
    name="beat",
    expression="rate(2 hours)",
    timezone="UTC",
    start_date=None,
    end_date=None,
    state="ENABLED",
    description=None,
    flexible_window_minutes=None,
    input="{}",
    max_retries=0,
    max_age_seconds=60,
    frozen=(),
)


def test_the_shortest_rate_is_the_beat():
    assert (
        beat_seconds([RATE, replace(RATE, expression="rate(5 minutes)"), replace(RATE, expression="rate(1 day)")])
        == 300
    )


@pytest.mark.parametrize(
    "silent",
    [
        replace(RATE, state="DISABLED"),
        replace(RATE, start_date="2027-01-05T00:00:00Z"),
        replace(RATE, end_date="2030-01-05T00:00:00Z"),
        replace(RATE, expression="cron(0 * * * ? *)"),
        replace(RATE, expression="at(2027-01-05T00:00:00)"),
    ],
)
def test_what_may_be_silent_for_a_while_promises_nothing(silent: ScheduleArguments):
    assert beat_seconds([silent]) is None
    assert beat_seconds([]) is None
