"""The libraries from PyPI agree with the evaluator wherever they are right."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import islice

from aws_croniter import AwsCroniter
from croniter import croniter
from cronsim import CronSim
from hypothesis import assume, given
from hypothesis import strategies as st

from schedule_catalog.expressions import next_fires
from tests.properties import examples
from tests.schedule_catalog.expressions import texts

STARTS = st.integers(0, 50 * 365 * 1440).map(lambda n: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
ONE_VALUE_RANGE = re.compile(r"\b([0-9]+)-\1\b")
"""Taken by cronsim and croniter for everything."""
PLAIN = st.tuples(texts.field(0, 59, wraps=False), texts.field(0, 23, wraps=False))
AWS = st.tuples(texts.minutes, texts.hours, texts.days(), texts.months)
"""Minutes, hours, the two day fields, months."""


@examples(60)
@given(AWS, STARTS)
def test_aws_croniter_agrees_on_what_it_reads_rightly(
    parts: tuple[str, str, tuple[str, str], str], start: datetime
) -> None:
    minutes, hours, (day_of_month, day_of_week), months = parts
    assume(day_of_month != "LW" and "-" not in day_of_month.partition("L")[2] and day_of_week != "L")
    assume("/" not in day_of_week)
    fields = f"{minutes} {hours} {day_of_month} {months} {day_of_week} *"
    theirs = [each for each in AwsCroniter(fields).get_next(start, 3, inclusive=True) if each is not None]
    ours = next_fires(f"cron({fields})", "UTC", start, 3)
    assert ours[: len(theirs)] == theirs
    assert all(each.year - start.year >= 8 for each in ours[len(theirs) :])  # it does not look further


@examples(40)
@given(PLAIN, st.sampled_from(("*", "1", "1,15", "1-7")), st.sampled_from(("*", "1-6", "2,11")), STARTS)
def test_cronsim_and_croniter_agree_in_utc(clock: tuple[str, str], days: str, months: str, start: datetime) -> None:
    minutes, hours = clock
    unix = f"{stepped(minutes, 59)} {stepped(hours, 23)} {days} {months} *"
    assume(not ONE_VALUE_RANGE.search(unix))
    ours = next_fires(f"cron({minutes} {hours} {days} {months} ? *)", "UTC", start, 4)
    before = start - timedelta(seconds=1)
    assert list(islice(CronSim(unix, before), 4)) == ours
    assert list(islice(croniter(unix, before, ret_type=datetime), 4)) == ours


def stepped(text: str, high: int) -> str:
    """AWS's `a/s` runs to the end of the field; Unix's needs the end to be said."""
    return re.sub(r"(?<![-0-9])([0-9]+)/", rf"\1-{high}/", text)
