"""A week of fires in few numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.fires import entry_fires
from schedule_catalog.pages.report.timing import Timing, Timings, runs, timing
from tests.catalog_texts import NOW, entry


def minutes(found: Timing) -> list[int]:
    return [first + step * nth for first, step, count in found.runs for nth in range(count)]


@given(st.sets(st.integers(0, 10079), max_size=60).map(sorted))
def test_runs_say_the_same_as_the_numbers(numbers: list[int]) -> None:
    assert [first + step * nth for first, step, count in runs(numbers) for nth in range(count)] == numbers


def test_a_fire_each_minute_is_one_run() -> None:
    assert timing(entry("rate: 1 minute"), NOW).runs == ((0, 1, 10080),)


def test_a_week_ends_before_the_minute_in_which_it_began() -> None:
    daily = timing(entry('cron: "0 21 * * ? *"'), NOW)

    assert daily.calls == 7
    assert daily.runs == ((0, 1440, 7),)


def test_fires_are_those_of_the_entry_through_a_change_of_the_clocks() -> None:
    start = datetime(2027, 3, 26, tzinfo=UTC)
    early = entry('cron: "30 1-4 * * ? *"\ntimezone: Europe/Paris')

    fires = list(entry_fires(early, start, start + timedelta(days=7)))

    assert [start + timedelta(minutes=minute) for minute in minutes(timing(early, start))] == fires


def test_the_next_fires_carry_the_offset_that_the_zone_has_then() -> None:
    start = datetime(2027, 3, 27, tzinfo=UTC)
    daily = entry('cron: "0 9 * * ? *"\ntimezone: Europe/Paris')

    assert timing(daily, start).upcoming[:2] == ((480, 60), (480 + 1440 - 60, 120))


def test_next_fires_may_lie_after_the_week() -> None:
    yearly = timing(entry('cron: "0 0 1 6 ? *"'), NOW)

    assert yearly.runs == ()
    assert len(yearly.upcoming) == 5


def test_schedules_that_fire_alike_share_their_timing() -> None:
    timings = Timings(NOW)

    numbers = [timings.number(entry(text)) for text in ("rate: 1 hour", "rate: 2 hours", "rate: 1 hour")]

    assert numbers == [0, 1, 0]
    assert len(timings.found) == 2


def test_a_month_is_a_twelfth_of_the_coming_year() -> None:
    daily = entry('cron: "0/20 9-17 ? * MON-FRI *"\ntimezone: Europe/Paris')

    year = sum(1 for _ in entry_fires(daily, NOW, NOW + timedelta(days=365)))

    assert timing(daily, NOW).monthly == year / 12
