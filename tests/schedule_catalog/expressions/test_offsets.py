"""Clock changes and the instants of a local time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.expressions import OffsetChange, changes, instants, zone
from schedule_catalog.expressions.zones import names
from tests.properties import examples

ZONES = sorted(names())
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("year", [2026, 2095])
def test_every_change_of_a_year_in_every_zone_is_found(year: int) -> None:
    start = datetime(year, 1, 1, tzinfo=UTC)
    probes = [start + 12 * HOUR * n for n in range(2 * 365)]
    for name in ZONES:
        offsets = [probe.astimezone(zone(name)).utcoffset() for probe in probes]
        seen = [pair for pair in pairwise(offsets) if pair[0] != pair[1]]
        found = list(changes(name, start, probes[-1]))
        assert [(change.before, change.after) for change in found] == seen
        for change in found:
            before, after = (each.astimezone(zone(name)) for each in (change.instant - HOUR / 60, change.instant))
            assert (before.utcoffset(), after.utcoffset()) == (change.before, change.after)


def test_the_window_of_changes_holds_its_start_and_not_its_end() -> None:
    spring, autumn = utc("2027-03-28T01:00"), utc("2027-10-31T01:00")
    first = OffsetChange(spring, HOUR, 2 * HOUR)
    assert list(changes("Europe/Paris", spring, autumn)) == [first]
    assert list(changes(zone("Europe/Paris"), spring, autumn + HOUR)) == [first, OffsetChange(autumn, 2 * HOUR, HOUR)]
    assert list(changes("Asia/Seoul", utc("2000-01-01"), utc("2200-01-01"))) == []
    assert list(changes("Europe/Paris", datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))) == []


def test_a_local_time_has_no_instant_in_a_gap_two_in_a_repeat_and_else_one() -> None:
    assert instants(wall("2027-03-28T02:30"), "Europe/Paris") == ()
    assert instants(wall("2027-10-31T02:30"), "Europe/Paris") == (utc("2027-10-31T00:30"), utc("2027-10-31T01:30"))
    assert instants(wall("2027-10-31T03:00"), zone("Europe/Paris")) == (utc("2027-10-31T02:00"),)
    assert instants(wall("2011-12-30T12:00"), "Pacific/Apia") == ()
    assert instants(wall("2027-04-04T01:45"), "Australia/Lord_Howe") == (
        utc("2027-04-03T14:45"),
        utc("2027-04-03T15:15"),
    )


@examples(200)
@given(st.sampled_from(ZONES), st.integers(0, 229 * 365), st.integers(0, 1439))
def test_the_instants_of_what_a_clock_reads_hold_that_instant(name: str, days: int, minutes: int) -> None:
    instant = utc("1970-01-02") + timedelta(days=days, minutes=minutes)
    local = instant.astimezone(zone(name)).replace(tzinfo=None, fold=0)
    assert instant in instants(local, name)


def test_a_local_time_must_be_naive_and_have_a_utc_time() -> None:
    with pytest.raises(ValueError, match="give a naive local time"):
        instants(utc("2027-01-01"), "UTC")
    with pytest.raises(ValueError, match="has no UTC time"):
        instants(wall("9999-12-31T23:59"), "America/New_York")
