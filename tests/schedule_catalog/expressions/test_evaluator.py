"""When expressions fire: against the definition, and against AWS's own words."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.expressions import ExpressionError, ZoneError, changes, fires, next_fires, parse, zone
from schedule_catalog.expressions.zones import names
from tests.properties import examples
from tests.schedule_catalog.expressions import oracle, texts

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
ZONES = sorted(names())
DENSE = ("* * * * ? *", "0/7 1/2 * * ? *", "*/15 * ? * 2-6 *", "30 22-2 * * ? *", "5,35 0,1,2,3 1-31 * ? *")
MOMENTS = st.integers(DAY // MINUTE, 229 * 365 * DAY // MINUTE).map(lambda n: utc("1970-01-01") + n * MINUTE)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shown(moments: list[datetime]) -> list[str]:
    return [f"{moment:%Y-%m-%dT%H:%M}" for moment in moments]


def agree(fields: str, timezone: str, start: datetime, end: datetime) -> None:
    expected = oracle.fires(fields, timezone, start, end)
    assert list(fires(f"cron({fields})", timezone, start, end)) == expected
    first = next_fires(f"cron({fields})", timezone, start, 1)
    assert [each for each in first if each < end] == expected[:1]


@cache
def rule_sets() -> dict[tuple[datetime, ...], list[str]]:
    """The zones by the hours of 2026 and 2027 in which their clocks change."""
    sets: dict[tuple[datetime, ...], list[str]] = defaultdict(list)
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + 6 * HOUR * n for n in range(2 * 365 * 4)]
    for name in ZONES:
        offsets = [hour.astimezone(zone(name)).utcoffset() for hour in hours]
        changed = (
            hour for hour, before, after in zip(hours[1:], offsets, offsets[1:], strict=False) if before != after
        )
        sets[tuple(changed)].append(name)
    return sets


def test_every_change_of_two_years_in_every_rule_set_fires_by_the_definition() -> None:
    chosen = random.Random(1)
    for changed, zones in rule_sets().items():
        for instant in changed or (NOW,):
            name = chosen.choice(zones)
            for fields in (*chosen.sample(DENSE, 2), f"{chosen.randrange(60)} {chosen.randrange(4)} * * ? *"):
                agree(fields, name, instant - 20 * HOUR, instant + 14 * HOUR)


@examples(150)
@given(texts.dense, st.sampled_from(ZONES), MOMENTS)
def test_any_expression_fires_by_the_definition_at_any_time(fields: str, timezone: str, start: datetime) -> None:
    agree(fields, timezone, start, start + DAY)


@examples(150)
@given(texts.dense, st.sampled_from(ZONES), st.data())
def test_any_expression_fires_by_the_definition_around_any_change(
    fields: str, timezone: str, data: st.DataObject
) -> None:
    since = datetime(data.draw(st.integers(1970, 2180)), 1, 1, tzinfo=UTC)
    change = next(changes(timezone, since, since + 3650 * DAY), None)
    start = (change.instant if change else since) - data.draw(st.integers(0, 1500)) * timedelta(minutes=1)
    agree(fields, timezone, start, start + 26 * HOUR)


@examples(200)
@given(texts.days(), texts.months, st.integers(1970, 2199))
def test_the_days_of_any_year_are_those_of_the_definition(days: tuple[str, str], months: str, year: int) -> None:
    found = fires(f"cron(0 12 {days[0]} {months} {days[1]} *)", "UTC", utc(f"{year}-01-01"), utc(f"{year}-12-31T23:59"))
    calendar = (date(year, 1, 1) + n * DAY for n in range(366))
    expected = [day for day in calendar if day.year == year and oracle.day_matches(days[0], months, days[1], "*", day)]
    assert [each.date() for each in found] == expected


@examples(100)
@given(texts.field(1970, 2199, wraps=False))
def test_the_years_are_those_of_the_definition(years: str) -> None:
    found = next_fires(f"cron(0 0 1 1 ? {years})", "UTC", utc("1960-01-01"), 300)
    assert [each.year for each in found] == [
        year for year in range(1970, 2200) if oracle.field_matches(years, year, 1970, 2199)
    ]


@examples(60)
@given(texts.six_fields(), st.sampled_from(ZONES), MOMENTS)
def test_the_next_fires_are_the_first_of_all_fires(fields: str, timezone: str, start: datetime) -> None:
    found = next_fires(f"cron({fields})", timezone, start, 3)
    assert next_fires(f"cron({fields})", timezone, start, 1) == found[:1]
    assert found == list(islice(fires(f"cron({fields})", timezone, start, utc("2200-01-03")), 3))
    assert found == sorted(set(found))
    for each in found:
        assert each >= start
        assert oracle.fires(fields, timezone, each, each + MINUTE) == [each]


@pytest.mark.parametrize(
    ("timezone", "instant"),
    [
        ("Australia/Lord_Howe", "2027-04-03T15:00"),  # half an hour back
        ("Australia/Lord_Howe", "2027-10-02T15:30"),  # half an hour forward
        ("Pacific/Apia", "2011-12-30T10:00"),  # a whole day is left out
        ("Pacific/Kwajalein", "1993-08-21T12:00"),  # another one
        ("Antarctica/Troll", "2027-03-28T01:00"),  # two hours
        ("Antarctica/Troll", "2027-10-31T01:00"),
        ("Africa/Monrovia", "1972-01-07T00:44"),  # from an offset with seconds
        ("Europe/Dublin", "2027-03-28T01:00"),  # "negative" summer time
        ("Europe/Dublin", "2027-10-31T01:00"),
        ("Africa/Casablanca", "2026-02-15T02:00"),  # Ramadan
        ("Africa/Casablanca", "2026-03-22T02:00"),
        ("Africa/Casablanca", "2026-09-20T01:00"),
        ("America/Sao_Paulo", "2018-11-04T03:00"),  # a midnight is missing
        ("Asia/Pyongyang", "2018-05-04T15:00"),
        ("America/Caracas", "2007-12-09T07:00"),
        ("Africa/Cairo", "2014-09-25T21:00"),
    ],
)
def test_a_strange_change_fires_by_the_definition(timezone: str, instant: str) -> None:
    for fields in DENSE:
        agree(fields, timezone, utc(instant) - 26 * HOUR, utc(instant) + 26 * HOUR)


def test_a_window_that_starts_within_a_repeat_leaves_out_the_second_pass() -> None:
    start = utc("2026-11-01T06:10")  # 01:10 in New York for the second time
    assert shown(next_fires("cron(30 1 * * ? *)", "America/New_York", start, 1)) == ["2026-11-02T06:30"]
    assert shown(next_fires("cron(0/15 * * * ? *)", "America/New_York", start, 1)) == ["2026-11-01T07:00"]


@pytest.mark.parametrize(
    ("timezone", "expression", "start", "expected"),
    [
        ("America/New_York", "30 8 * * ? *", "2027-03-12T00:00", ["03-12T13:30", "03-13T13:30", "03-14T12:30"]),
        ("America/Los_Angeles", "30 2 * * ? *", "2027-03-12T12:00", ["03-13T10:30", "03-15T09:30"]),
        ("Europe/Paris", "30 2 * * ? *", "2027-03-27T03:00", ["03-29T00:30"]),
        ("Europe/Paris", "30 2 * * ? *", "2027-10-30T03:00", ["10-31T00:30", "11-01T01:30"]),
        ("America/Los_Angeles", "30 1 * * ? *", "2027-11-06T12:00", ["11-07T08:30", "11-08T09:30"]),
        ("America/Los_Angeles", "30 2 * * ? *", "2027-11-06T12:00", ["11-07T10:30"]),
        ("America/Sao_Paulo", "0 0 * * ? *", "2018-11-03T04:00", ["11-05T02:00"]),
        ("Pacific/Apia", "0 12 30 12 ? *", "2011-12-01T00:00", ["12-29T22:00"]),  # only from 2012 on
    ],
)
def test_daylight_saving_follows_awss_rule(timezone: str, expression: str, start: str, expected: list[str]) -> None:
    found = next_fires(f"cron({expression})", timezone, utc(start), len(expected))
    assert [f"{each:%m-%dT%H:%M}" for each in found] == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 10 * * ? *", ["2026-11-23T10:00", "2026-11-24T10:00", "2026-11-25T10:00"]),
        ("15 12 * * ? *", ["2026-11-23T12:15", "2026-11-24T12:15", "2026-11-25T12:15"]),
        ("0 18 ? * MON-FRI *", ["2026-11-23T18:00", "2026-11-24T18:00", "2026-11-25T18:00"]),
        ("0 8 1 * ? *", ["2026-12-01T08:00", "2027-01-01T08:00", "2027-02-01T08:00"]),
        ("0/15 * * * ? *", ["2026-11-22T21:00", "2026-11-22T21:15", "2026-11-22T21:30"]),
        ("0/10 * ? * MON-FRI *", ["2026-11-23T00:00", "2026-11-23T00:10", "2026-11-23T00:20"]),
        ("1/10 * * * ? *", ["2026-11-22T21:01", "2026-11-22T21:11", "2026-11-22T21:21"]),
        ("0/5 8-17 ? * MON-FRI *", ["2026-11-23T08:00", "2026-11-23T08:05", "2026-11-23T08:10"]),
        ("5,35 14 * * ? *", ["2026-11-23T14:05", "2026-11-23T14:35", "2026-11-24T14:05"]),
        ("15 10 ? * 6L 2026-2027", ["2026-11-27T10:15", "2026-12-25T10:15", "2027-01-29T10:15"]),
        ("15 10 ? * 6L 2022-2023", []),
        ("0 9 3W * ? *", ["2026-12-03T09:00", "2027-01-04T09:00", "2027-02-03T09:00"]),
        ("0 9 ? * 3#2 *", ["2026-12-08T09:00", "2027-01-12T09:00", "2027-02-09T09:00"]),
        ("0 8 ? * 2#1 *", ["2026-12-07T08:00", "2027-01-04T08:00", "2027-02-01T08:00"]),
        ("0 9 ? * MON#5 *", ["2026-11-30T09:00", "2027-03-29T09:00", "2027-05-31T09:00"]),
        ("0 9 L * ? *", ["2026-11-30T09:00", "2026-12-31T09:00", "2027-01-31T09:00"]),
        ("0 9 31 * ? *", ["2026-12-31T09:00", "2027-01-31T09:00", "2027-03-31T09:00"]),
        ("0 9 31W * ? *", ["2026-12-31T09:00", "2027-01-29T09:00", "2027-03-31T09:00"]),
        ("0 9 ? * L *", ["2026-11-28T09:00", "2026-12-05T09:00", "2026-12-12T09:00"]),
        ("0 0 29 2 ? *", ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"]),
        ("0 9 ? 2 7#5 *", ["2048-02-29T09:00", "2076-02-29T09:00", "2116-02-29T09:00"]),
        ("0 9 ? * 1 *", ["2026-11-29T09:00", "2026-12-06T09:00", "2026-12-13T09:00"]),
        ("0 9 ? * 7 *", ["2026-11-28T09:00", "2026-12-05T09:00", "2026-12-12T09:00"]),
        ("0 0 30 2 ? *", []),
    ],
)
def test_awss_examples_mean_what_aws_says(expression: str, expected: list[str]) -> None:
    assert shown(next_fires(f"cron({expression})", "UTC", NOW, 3)) == expected


def test_2100_is_no_leap_year() -> None:
    assert shown(next_fires("cron(0 0 29 2 ? *)", "UTC", utc("2096-03-01"), 1)) == ["2104-02-29T00:00"]


@pytest.mark.parametrize(
    ("timezone", "expected"),
    [
        ("America/Vancouver", "2026-11-23T16:00"),
        ("America/Edmonton", "2026-11-23T15:00"),
        ("Africa/Casablanca", "2026-11-23T09:00"),
    ],
)
def test_a_zone_whose_law_changed_in_2026_fires_by_the_new_law(timezone: str, expected: str) -> None:
    assert shown(next_fires("cron(0 9 * * ? *)", timezone, NOW, 1)) == [expected]


def test_the_start_belongs_to_the_window_and_the_end_does_not() -> None:
    found = fires("cron(0 * * * ? *)", "UTC", utc("2026-11-22T21:00"), utc("2026-11-22T23:00"))
    assert shown(list(found)) == ["2026-11-22T21:00", "2026-11-22T22:00"]
    assert list(fires("cron(0 * * * ? *)", "UTC", utc("2026-11-22T21:00:01"), utc("2026-11-22T22:00"))) == []
    assert list(fires("cron(* * * * ? *)", "UTC", NOW, NOW)) == []
    assert list(fires("cron(* * * * ? *)", "UTC", NOW, NOW - DAY)) == []


def test_the_bounds_may_have_any_offset_and_the_fires_are_utc() -> None:
    start = NOW.astimezone(zone("Asia/Seoul"))
    found = next_fires("cron(0 9 * * ? *)", zone("Asia/Seoul"), start, 1)
    assert shown(found) == ["2026-11-23T00:00"]
    assert found[0].tzinfo is UTC


def test_the_years_1970_to_2199_bound_every_search() -> None:
    low, high = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert shown(next_fires("cron(0 0 * * ? *)", "Asia/Seoul", low, 1)) == ["1969-12-31T15:00"]
    assert shown(list(fires("cron(59 23 31 12 ? *)", "Etc/GMT+12", low, high))[-1:]) == ["2200-01-01T11:59"]
    assert next_fires("cron(* * * * ? *)", "UTC", utc("2200-01-01"), 1) == []


def test_a_rate_without_anchor_starts_at_once() -> None:
    start = utc("2026-11-22T21:00:07")
    assert next_fires("rate(5 minutes)", "UTC", start, 3) == [start, start + HOUR / 12, start + HOUR / 6]


def test_a_rate_counts_from_its_anchor() -> None:
    anchor = utc("2026-11-01T00:07")
    assert shown(next_fires("rate(12 hours)", "UTC", NOW, 2, anchor)) == ["2026-11-23T00:07", "2026-11-23T12:07"]
    assert shown(next_fires("rate(1 day)", "UTC", anchor - 9 * DAY, 1, anchor)) == ["2026-11-01T00:07"]
    assert shown(list(fires("rate(1 day)", "UTC", anchor, anchor + 2 * DAY, anchor)))[-1] == "2026-11-02T00:07"
    assert list(fires("rate(1 day)", "UTC", anchor - DAY, anchor, anchor)) == []


def test_a_day_of_a_rate_is_24_hours_whatever_the_clocks_do() -> None:
    start = utc("2027-03-13T12:00")
    assert shown(next_fires("rate(1 day)", "America/New_York", start, 2)) == ["2027-03-13T12:00", "2027-03-14T12:00"]


@given(st.integers(2, 99_999_999), st.sampled_from(("minutes", "hours", "days")), st.datetimes(), st.datetimes())
def test_a_rate_of_any_length_ends_with_the_search(value: int, unit: str, anchor: datetime, start: datetime) -> None:
    interval = timedelta(**{unit: value})
    anchor, start = anchor.replace(tzinfo=UTC), start.replace(tzinfo=UTC)
    found = next_fires(f"rate({value} {unit})", "UTC", start, 2, anchor)
    assert all(each >= max(anchor, start) and not (each - anchor) % interval for each in found)
    assert all(each - max(anchor, start) < interval for each in found[:1])


def test_bounds_in_a_zone_are_instants_not_wall_times() -> None:
    new_york = zone("America/New_York")
    anchor, start = utc("2027-03-13T12:00").astimezone(new_york), utc("2027-03-14T10:00").astimezone(new_york)
    assert shown(next_fires("rate(6 hours)", "UTC", start, 1, anchor)) == ["2027-03-14T12:00"]
    first, second = (utc(f"2026-11-01T0{hour}:20").astimezone(new_york) for hour in (5, 6))  # 01:20 twice
    assert first == second.replace(fold=0)
    assert shown(next_fires("cron(30 1 * * ? *)", new_york, first, 1)) == ["2026-11-01T05:30"]
    assert shown(next_fires("cron(30 1 * * ? *)", new_york, second, 1)) == ["2026-11-02T06:30"]


def test_at_fires_once_in_its_window() -> None:
    los_angeles = ("at(2022-11-20T13:00:00)", "America/Los_Angeles")
    assert shown(next_fires(*los_angeles, utc("2022-01-01"), 2)) == ["2022-11-20T21:00"]
    assert next_fires(*los_angeles, utc("2022-11-20T21:01"), 2) == []
    assert list(fires(*los_angeles, utc("2022-01-01"), utc("2022-11-20T21:00"))) == []
    assert shown(next_fires("at(2022-11-20T13:00:59)", "UTC", utc("2022-01-01"), 2)) == ["2022-11-20T13:00"]


def test_at_in_a_gap_never_fires_and_in_a_repeat_fires_on_its_first_pass() -> None:
    assert next_fires("at(2027-03-28T02:30:00)", "Europe/Paris", NOW, 1) == []
    assert shown(next_fires("at(2027-10-31T02:30:00)", "Europe/Paris", NOW, 2)) == ["2027-10-31T00:30"]


def test_a_parsed_expression_serves_as_well_as_its_text() -> None:
    text = "cron(0 9 ? * MON-FRI *)"
    assert next_fires(parse(text), "Asia/Seoul", NOW, 5) == next_fires(text, "Asia/Seoul", NOW, 5)


def test_what_is_wrong_is_said_before_the_first_fire_is_asked_for() -> None:
    with pytest.raises(ExpressionError):
        fires("cron(0 9 * * * *)", "UTC", NOW, NOW)
    with pytest.raises(ZoneError):
        fires("rate(1 hour)", "Europe/Pariss", NOW, NOW)
    for start, end, anchor in ((NOW.replace(tzinfo=None), NOW, None), (NOW, NOW, NOW.replace(tzinfo=None))):
        with pytest.raises(ValueError, match="has no time zone: give an aware datetime"):
            fires("rate(1 hour)", "UTC", start, end, anchor)
