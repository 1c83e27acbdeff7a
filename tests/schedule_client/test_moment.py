from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_client import TimeError
from schedule_client.moment import AHEAD, at_expression, at_instant, fire_time, wanted, whole_minute

NOW = datetime(2027, 1, 5, 8, 0, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
instants = st.integers(0, 7 * 10**12).map(lambda milliseconds: EPOCH + timedelta(milliseconds=milliseconds))
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(instants, instants)
def test_a_call_is_made_in_the_first_whole_minute_that_can_be_kept(instant: datetime, now: datetime) -> None:
    fires_at = fire_time(instant, now)

    assert (fires_at.second, fires_at.microsecond) == (0, 0)
    assert fires_at >= instant
    assert fires_at - now >= AHEAD
    assert fires_at - MINUTE < instant or fires_at - MINUTE - now < AHEAD


@given(instants, zones)
def test_the_zone_of_an_instant_does_not_matter(instant: datetime, zone: timezone) -> None:
    assert whole_minute(instant.astimezone(zone)) == whole_minute(instant)
    assert at_expression(instant.astimezone(zone)) == at_expression(instant)


@given(instants.map(whole_minute))
def test_an_expression_is_read_back_as_it_was_written(instant: datetime) -> None:
    assert at_instant(at_expression(instant)) == instant


@pytest.mark.parametrize("expression", [None, "rate(5 minutes)", "cron(0 9 * * ? *)"])
def test_what_recurs_has_no_instant(expression: str | None) -> None:
    assert at_instant(expression) is None


@pytest.mark.parametrize(
    ("delay", "at", "message"),
    [
        (None, None, r"exactly one of delay"),
        (MINUTE, NOW, r"exactly one of delay"),
        (None, NOW.replace(tzinfo=None), r"without a time zone: add one"),
        (None, NOW, r"has passed: now is 2027-01-05T08:00:12\+00:00"),
        (-MINUTE, None, r"give a delay of at least 0"),
        (timedelta.max, None, r"the year 2199 is the last one"),
        (None, datetime(2400, 1, 1, tzinfo=UTC), r"is too late"),
    ],
)
def test_a_time_that_cannot_be_kept_is_refused(delay: timedelta | None, at: datetime | None, message: str) -> None:
    with pytest.raises(TimeError, match=message):
        wanted(NOW, delay, at)
