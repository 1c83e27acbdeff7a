"""A week of fires in few numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.pages.report.week import Week, Weeks, runs, week
from tests.catalog_texts import NOW, entry


def minutes(found: Week) -> list[int]:
    return [first + step * nth for first, step, count in found.runs for nth in range(count)]


@given(st.sets(st.integers(0, 10079), max_size=60).map(sorted))
def test_runs_say_the_same_as_the_numbers(numbers: list[int]) -> None:
    assert [first + step * nth for first, step, count in runs(numbers) for nth in range(count)] == numbers


def test_a_fire_each_minute_is_one_run() -> None:
    assert week(entry("rate: 1 minute").timing, NOW).runs == ((0, 1, 10080),)


def test_a_week_ends_before_the_minute_in_which_it_began() -> None:
    daily = week(entry('cron: "0 21 * * ? *"').timing, NOW)

    assert daily.calls == 7
    assert daily.runs == ((0, 1440, 7),)


def test_fires_are_those_of_the_entry_through_a_change_of_the_clocks() -> None:
    start = datetime(2027, 3, 26, tzinfo=UTC)
    early = entry('cron: "30 1-4 * * ? *"\ntimezone: Europe/Paris')

    fires = list(early.timing.fires(start, start + timedelta(days=7)))

    assert [start + timedelta(minutes=minute) for minute in minutes(week(early.timing, start))] == fires


def test_the_next_fires_carry_the_offset_that_the_zone_has_then() -> None:
    start = datetime(2027, 3, 27, tzinfo=UTC)
    daily = entry('cron: "0 9 * * ? *"\ntimezone: Europe/Paris')

    assert week(daily.timing, start).upcoming[:2] == ((480, 60), (480 + 1440 - 60, 120))


def test_next_fires_may_lie_after_the_week() -> None:
    yearly = week(entry('cron: "0 0 1 6 ? *"').timing, NOW)

    assert yearly.runs == ()
    assert len(yearly.upcoming) == 5


def test_schedules_that_fire_alike_share_their_week() -> None:
    weeks = Weeks(NOW)

    numbers = [weeks.number(entry(text).timing) for text in ("rate: 1 hour", "rate: 2 hours", "rate: 1 hour")]

    assert numbers == [0, 1, 0]
    assert len(weeks.found) == 2


def test_a_month_is_a_twelfth_of_the_coming_year() -> None:
    daily = entry('cron: "0/20 9-17 ? * MON-FRI *"\ntimezone: Europe/Paris')

    year = sum(1 for _ in daily.timing.fires(NOW, NOW + timedelta(days=365)))

    assert week(daily.timing, NOW).monthly == year / 12
