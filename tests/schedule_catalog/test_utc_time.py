from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schedule_catalog.utc_time import utc_time


@pytest.mark.parametrize("text", ["2027-01-05", "2027-01-05T00:00", "2027-01-05T00:00Z", "2027-01-05 09:00+09:00"])
def test_a_time_without_an_offset_is_one_of_utc(text: str) -> None:
    assert utc_time(text) == datetime(2027, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["tomorrow", "2027-01-04T24:00"])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not (a time|in the calendar)"):
        utc_time(text)
