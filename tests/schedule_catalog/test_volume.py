"""How often schedules call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schedule_catalog.fires import entry_fires
from schedule_catalog.volume import calls_per_month
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

    assert calls_per_month(of, NOW) == len(list(entry_fires(of, NOW, NOW + timedelta(days=365)))) / 12
