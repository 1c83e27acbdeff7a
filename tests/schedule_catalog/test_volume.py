"""How often schedules call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schedule_catalog.volume import calls_per_month, shortest_promised_interval
from tests.catalog_texts import NOW, entry


@pytest.mark.parametrize(
    "text",
    [
        'cron: "30 2 * * ? *"\ntimezone: Europe/Paris',
        'cron: "0/5 9-17 ? * MON-FRI *"\ntimezone: Asia/Seoul\nstart: 2027-02-01T10:00',
        "rate: 7 hours",
        "rate: 90 minutes\nstart: 2027-02-01T10:20\nend: 2027-03-01T00:00\ntimezone: Asia/Tokyo",
        "at: 2027-01-05T09:00",
        'cron: "0 9 * * ? *"\nenabled: false',
    ],
)
def test_calls_per_month_are_a_twelfth_of_the_fires_of_a_year(text: str) -> None:
    of = entry(text)

    assert calls_per_month(of.timing, NOW) == len(list(of.timing.fires(NOW, NOW + timedelta(days=365)))) / 12


def promised(*texts: str) -> timedelta | None:
    return shortest_promised_interval([entry(text).timing for text in texts], NOW)


def test_the_shortest_rate_is_what_a_catalog_promises() -> None:
    assert promised("rate: 2 hours", "rate: 5 minutes", "rate: 1 day") == timedelta(minutes=5)
    assert promised("rate: 2 hours\nstart: 2026-01-05T00:00") == timedelta(hours=2)


@pytest.mark.parametrize(
    "text",
    [
        "rate: 2 hours\nenabled: false",
        "rate: 2 hours\nstart: 2027-01-05T00:00",
        "rate: 2 hours\nend: 2030-01-05T00:00",
        'cron: "0 * * * ? *"',
        "at: 2027-01-05T00:00",
    ],
)
def test_a_schedule_that_may_be_silent_for_a_while_promises_nothing(text: str) -> None:
    assert promised(text) is None
    assert promised() is None
