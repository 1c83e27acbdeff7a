"""Calendars against the definition: an instant is left out when its zone's clock reads a time of the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.calendars import Period, compiled
from schedule_catalog.expressions import zone
from schedule_catalog.timing import Pause, Timing
from schedule_client.contract.times import read_time
from tests.properties import examples

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Clocks that change at midnight, by half an hour, to the day before, and one that once skipped a whole day.
ZONES = st.sampled_from(
    ("UTC", "Asia/Seoul", "Europe/Paris", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe", "America/St_Johns",
     "Pacific/Apia", "America/Sao_Paulo")
)  # fmt: skip
CHANGES = tuple(
    read_time(day)
    for day in (
        "2026-03-08", "2026-03-29", "2026-04-24", "2026-10-04", "2026-10-25", "2026-10-29", "2026-11-01", "2011-12-30",
        "2010-11-07", "2018-11-04", "2027-01-01",
    )
)  # fmt: skip
MINUTES = st.integers(-2 * 1440, 2 * 1440).map(lambda minutes: timedelta(minutes=minutes))
DAYS = st.integers(-2, 2).map(lambda days: timedelta(days=days))
LENGTHS = st.one_of(st.just(DAY), st.integers(1, 3000).map(lambda minutes: timedelta(minutes=minutes)))


@st.composite
def near(draw: st.DrawFn) -> tuple[datetime, tuple[Period, ...]]:
    """A day around which some clock changes, and periods there."""
    day = draw(st.sampled_from(CHANGES))
    starts = st.one_of(DAYS, MINUTES).map(day.__add__)
    lasting = st.tuples(starts, LENGTHS, st.sampled_from("ab"))
    periods = lasting.map(lambda each: Period(each[0], each[0] + each[1], each[2]))
    return day, tuple(draw(st.lists(periods, min_size=1, max_size=3)))


def is_in(periods: tuple[Period, ...], timezone: str, instant: datetime) -> bool:
    wall = instant.astimezone(zone(timezone)).replace(tzinfo=None, fold=0)
    return any(period.first <= wall < period.until for period in periods)


@examples(300)
@given(near(), ZONES, MINUTES)
def test_an_instant_is_left_out_when_its_local_time_is(
    case: tuple[datetime, tuple[Period, ...]], timezone: str, shift: timedelta
) -> None:
    day, periods = case
    calendar = compiled("c", periods, timezone)
    edges = [datetime.fromtimestamp(each, UTC) for interval in calendar.intervals for each in interval[:2]]

    for instant in (day.replace(tzinfo=UTC) + shift, *edges, *(edge - timedelta(minutes=1) for edge in edges)):
        second = int(instant.timestamp())
        assert bool(list(calendar.between(second, second + 1))) == is_in(periods, timezone, instant), instant


@examples(200)
@given(near(), ZONES)
def test_intervals_are_sorted_and_apart(case: tuple[datetime, tuple[Period, ...]], timezone: str) -> None:
    flat = [each for since, until, _ in compiled("c", case[1], timezone).intervals for each in (since, until)]

    assert flat == sorted(flat)
    assert all(since < until for since, until in zip(flat[::2], flat[1::2], strict=True))


TIMINGS = st.sampled_from(
    ("cron(0 9 * * ? *)", "cron(30 0/2 * * ? *)", "cron(0 0 * * ? *)", "rate(7 minutes)", "rate(90 minutes)")
)
WINDOWS = st.sampled_from((None, 15, 1440))


@examples(200)
@given(near(), near(), ZONES, TIMINGS, st.one_of(st.none(), MINUTES), MINUTES, st.integers(0, 5000), WINDOWS)
def test_a_timing_has_the_fires_that_no_pause_calendar_or_freeze_leaves_out(
    own: tuple[datetime, tuple[Period, ...]],
    freeze: tuple[datetime, tuple[Period, ...]],
    timezone: str,
    expression: str,
    pause: timedelta | None,
    shift: timedelta,
    minutes: int,
    window: int | None,
) -> None:
    day, periods = own
    start = day.replace(tzinfo=UTC) + shift
    end = start + timedelta(minutes=minutes)
    plain = Timing.of(expression, timezone)
    until = day + pause if pause else None
    # The scheduled time counts, whenever in its window the call is made.
    timing = replace(_with(plain, until, periods, freeze[1], timezone), flexible_window_minutes=window)
    resumes = timing.resumes if until else None

    def counts(fire: datetime) -> bool:
        return (
            not is_in(periods, timezone, fire)
            and not is_in(freeze[1], "Europe/Paris", fire)
            and (resumes is None or fire >= resumes)
        )

    wanted = [fire for fire in plain.fires(start, end, start) if counts(fire)]

    assert list(timing.fires(start, end, start)) == wanted
    assert timing.count(start, end, start) == len(wanted)
    left = [fire for fire, _ in timing.left_out(start, end, start)]
    assert sorted([*wanted, *left]) == list(plain.fires(start, end, start))
    assert all(timing.exclusions.left_out(int(fire.timestamp())) is None for fire in wanted)


def _with(
    plain: Timing, until: datetime | None, own: tuple[Period, ...], freeze: tuple[Period, ...], timezone: str
) -> Timing:
    return replace(
        plain,
        pause=Pause(until, "because") if until and _exists(until, timezone) else None,
        not_on=(compiled("own", own, timezone),),
        freezes=(compiled("freeze", freeze, "Europe/Paris"),),
    )


def _exists(wall: datetime, timezone: str) -> bool:
    """A check refuses a pause that ends at no time or at two."""
    local = wall.replace(tzinfo=zone(timezone))
    return local.astimezone(UTC).astimezone(zone(timezone)).replace(tzinfo=None) == wall
