from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.retry_after import MAX_SECONDS, retry_after
from tests.proxy.stage import NOW


@given(st.integers(0, 10**12))
def test_seconds_are_obeyed_up_to_a_day(seconds: int) -> None:
    assert retry_after(str(seconds), NOW) == min(seconds, MAX_SECONDS)


@given(st.integers(-(10**6), 10**6))
def test_a_date_says_the_same_as_seconds(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)

    assert retry_after(date, NOW) == min(max(seconds, 0), MAX_SECONDS)


@given(st.text() | st.text("0123456789 +-.eE:,GMTJan", max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    seconds = retry_after(text, NOW)

    assert seconds is None or 0 <= seconds <= MAX_SECONDS


@pytest.mark.parametrize(
    "text", ["", "soon", "-1", "1.5", "1e3", "0x10", "120, 60", "\u0661\u0662", "2027-01-05T08:01:00Z"]
)
def test_nonsense_asks_for_nothing(text: str) -> None:
    assert retry_after(text, NOW) is None
