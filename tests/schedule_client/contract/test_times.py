from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_client.contract.errors import CalendarError, TimeTextError
from schedule_client.contract.times import read_instant, read_time, wire_time

KST = timezone(timedelta(hours=9))
DAY = datetime(2027, 1, 5, tzinfo=UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2027-01-05", DAY),
        ("2027-01-05T09:00", DAY.replace(hour=9)),
        ("2027-01-05 09:00:01", DAY.replace(hour=9, second=1)),
        ("2027-01-05T09:00Z", datetime(2027, 1, 5, 9, tzinfo=UTC)),
        ("2027-01-05t09:00:00z", datetime(2027, 1, 5, 9, tzinfo=UTC)),
        ("2027-01-05T09:00:00.5+09:00", datetime(2027, 1, 5, 9, 0, 0, 500_000, KST)),
        ("2027-01-05T09:00:00.123456789+0900", datetime(2027, 1, 5, 9, 0, 0, 123_456, KST)),
        ("2028-02-29T23:59:59-00:00", datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_from_its_usual_form(text: str, time: datetime) -> None:
    read = read_time(text)
    assert (read, read.tzinfo is None) == (time, time.tzinfo is None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2027-02-28T24:00", "hours are 00 to 23"),
        ("2027-02-28T24:00:00Z", "hours are 00 to 23"),
        ("2027-02-29", "the days of 2027-02 are 01 to 28"),
        ("1900-02-29", "the days of 1900-02 are 01 to 28"),
        ("2027-04-31T09:00", "the days of 2027-04 are 01 to 30"),
        ("2027-01-00", "the days of 2027-01 are 01 to 31"),
        ("2027-13-01", "months are 01 to 12"),
        ("0000-01-01", "the first year is 0001"),
        ("2027-01-01T09:60", "minutes and seconds are 00 to 59"),
        ("2016-12-31T23:59:60Z", "minutes and seconds are 00 to 59"),
        ("2027-01-01T09:00+24:00", "offsets are 00:00 to 23:59"),
        ("9999-12-31T23:59-12:00", "in UTC it is not in the years 0001 to 9999"),
        ("0001-01-01T00:00+12:00", "in UTC it is not in the years 0001 to 9999"),
    ],
)
def test_a_time_that_does_not_exist_is_refused_in_words_of_our_own(text: str, reason: str) -> None:
    with pytest.raises(CalendarError) as caught:
        read_time(text)
    assert str(caught.value) == f'"{text}" is not in the calendar: {reason}'


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "20270105", "2027-W01-1", "2027-1-5", "2027-01-05T09", "2027-01-05T0900", "2027-01-05T09:00 Z",
        "2027-01-05Z", " 2027-01-05", "2027-01-05\n", "２０２７-01-05", "2027-01-05T09:00:00,5", "2027-01-05x09:00",
        "2027-01-05T09:00+9", "2027-01-05T09:00:00+09:00:30",
    ],
)  # fmt: skip
def test_what_only_some_versions_of_python_take_for_a_time_is_refused(text: str) -> None:
    with pytest.raises(TimeTextError, match="is not a time such as"):
        read_time(text)


@pytest.mark.parametrize("text", ["2027-01-05", "2027-01-05T09:00:00"])
def test_an_instant_needs_its_offset(text: str) -> None:
    with pytest.raises(TimeTextError, match="has no offset from UTC"):
        read_instant(text)


@given(
    st.builds(
        datetime.replace,
        st.datetimes(min_value=DAY.replace(year=2), max_value=DAY.replace(year=9998)),
        tzinfo=st.sampled_from([None, UTC, KST]),
    )
)
def test_what_python_writes_is_read_back(time: datetime) -> None:
    assert read_time(time.isoformat()) == time


def test_an_instant_is_written_in_utc_and_cut_off_at_its_precision() -> None:
    there = datetime(2026, 11, 23, 18, 0, 59, 999_999, KST)

    assert wire_time(there) == "2026-11-23T09:00:59Z"
    assert wire_time(there, "milliseconds") == "2026-11-23T09:00:59.999Z"
