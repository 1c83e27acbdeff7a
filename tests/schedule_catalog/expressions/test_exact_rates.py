"""Which rates one cron in UTC can replace: by brute force over every interval."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from schedule_catalog.expressions import cron_of_rate, fires, nearest_exact

MINUTE, DAY = timedelta(minutes=1), 1440
FIRST = date(2027, 1, 1)
EXACT = {
    **{f"{n} minute{'s' * (n > 1)}": n for n in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)},
    **{f"{n} hour{'s' * (n > 1)}": 60 * n for n in (1, 2, 3, 4, 6, 8, 12)},
    "1 day": 1440,
    "7 days": 10080,
}
ANCHORS = (
    datetime(2027, 1, 1, tzinfo=UTC),
    datetime(2026, 11, 30, 23, 59, tzinfo=UTC),
    datetime(2028, 2, 29, 13, 37, tzinfo=UTC),
)


def is_a_cron(minutes: int, days: int) -> bool:
    """Whether some cron has the fires of a rate in that many days from a midnight on, and no others.

    Every cron with all of them has the smallest one with all of them, which selects each minute, hour and date that
    occurs, by the day of the month or of the week.
    """
    times = range(0, days * DAY, minutes)
    of_day = {time % DAY for time in times}
    whole_day = len({each % 60 for each in of_day}) * len({each // 60 for each in of_day})
    if len(of_day) != whole_day:
        return False
    found = {FIRST + timedelta(days=day) for day in {time // DAY for time in times}}
    months, dates, weekdays = zip(*((day.month, day.day, day.weekday()) for day in found), strict=True)
    every = [FIRST + timedelta(days=day) for day in range(days)]
    by_month = sum(day.month in months and day.day in dates for day in every)
    by_week = sum(day.month in months and day.weekday() in weekdays for day in every)
    return len(times) in (by_month * whole_day, by_week * whole_day)


@pytest.mark.parametrize("anchor", ANCHORS)
@pytest.mark.parametrize("text", EXACT)
def test_the_cron_of_an_exact_rate_has_its_very_fires(text: str, anchor: datetime) -> None:
    minutes = EXACT[text]
    cron = cron_of_rate(minutes * MINUTE, anchor)

    assert cron is not None
    until = anchor + timedelta(days=30 if minutes < 60 else 3000)
    assert list(fires(cron, "UTC", anchor, until)) == list(fires(f"rate({text})", "UTC", anchor, until))


def test_no_other_interval_is_a_cron() -> None:
    up_to_a_day = {minutes for minutes in range(1, DAY) if is_a_cron(minutes, 40)}
    longer = {minutes for minutes in range(DAY, 9 * DAY) if is_a_cron(minutes, 400)}
    weeks = {days * DAY for days in range(9, 500) if is_a_cron(days * DAY, 4000)}

    assert up_to_a_day | longer | weeks == set(EXACT.values())
    assert {m for m in range(1, 30 * DAY) if cron_of_rate(m * MINUTE, ANCHORS[0])} == set(EXACT.values())


def test_a_cron_fires_at_no_second_within_a_minute() -> None:
    assert cron_of_rate(timedelta(hours=1), datetime(2027, 1, 1, 0, 0, 30, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("minutes", "near"),
    [
        (7, ("6 minutes", "10 minutes")),
        (90, ("1 hour", "2 hours")),
        (45, ("30 minutes", "1 hour")),
        (300, ("4 hours", "6 hours")),
        (2880, ("1 day", "7 days")),
        (14400, ("7 days",)),
    ],
)
def test_the_nearest_exact_rates_are_on_both_sides(minutes: int, near: tuple[str, ...]) -> None:
    assert nearest_exact(minutes * MINUTE) == near


def test_the_steps_of_a_cron_begin_as_aws_documents_them() -> None:
    anchor = datetime(2027, 1, 1, 10, 17, tzinfo=UTC)

    assert cron_of_rate(timedelta(minutes=15), anchor) == "cron(2/15 * * * ? *)"
    assert cron_of_rate(timedelta(minutes=1), anchor) == "cron(* * * * ? *)"
    assert cron_of_rate(timedelta(hours=8), anchor) == "cron(17 2/8 * * ? *)"
    assert cron_of_rate(timedelta(days=7), anchor) == "cron(17 10 ? * FRI *)"
