from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from schedule_client import TimeError
from schedule_client.recurrence import Recurrence

EIGHT = datetime(2027, 1, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "expression"),
    [
        ({"cron": "0 9 * * ? *"}, "cron(0 9 * * ? *)"),
        ({"cron": " 0  9 ? * MON-FRI * "}, "cron(0 9 ? * MON-FRI *)"),
        ({"rate": "5 minutes"}, "rate(5 minutes)"),
        ({"rate": "1 hours"}, "rate(1 hour)"),
        ({"rate": "2 day"}, "rate(2 days)"),
    ],
)
def test_a_recurrence_is_written_as_aws_reads_it(given: dict[str, str], expression: str) -> None:
    assert Recurrence.of(given.get("cron"), given.get("rate"), "UTC", None, None).expression == expression


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, r"exactly one of cron"),
        ({"cron": "0 9 * * ? *", "rate": "5 minutes"}, r"exactly one of cron"),
        ({"cron": "0 9 * * *"}, r"five fields of Unix"),
        ({"cron": "cron(0 9 * * ? *)"}, r'remove the wrapper: "0 9 \* \* \? \*"'),
        ({"cron": "daily"}, r"six fields are needed"),
        ({"rate": "5"}, r"write a number and minutes, hours or days"),
        ({"rate": "0 minutes"}, r"write a number"),
        ({"rate": "1 hour", "start": EIGHT.replace(tzinfo=None)}, r"start is 2027-01-05T08:00:00 without a time zone"),
        ({"rate": "1 hour", "start": EIGHT, "end": EIGHT}, r"is not after start"),
    ],
)
def test_what_aws_would_not_take_is_refused_with_what_to_write(given: dict[str, Any], message: str) -> None:
    with pytest.raises(TimeError, match=message):
        Recurrence.of(given.get("cron"), given.get("rate"), "UTC", given.get("start"), given.get("end"))
