"""Standard cron by our definition, against two libraries, and against the AWS expressions made of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import islice

import pytest
from croniter import croniter
from cronsim import CronSim
from hypothesis import assume, given
from hypothesis import strategies as st

from schedule_catalog.expressions import next_fires
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.standard_cron import standard_cron

ONE_VALUE_RANGE = re.compile(r"\b(\d+)-\1\b")
"""Both libraries take 1-1, or 1-1/2, for a range to the end; crontab(5) says inclusive."""
START = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


def field(low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high)
    spans = st.tuples(numbers, numbers).map(sorted).map(lambda pair: f"{pair[0]}-{pair[1]}")
    steps = st.tuples(spans, st.integers(1, 20)).map(lambda pair: f"{pair[0]}/{pair[1]}")
    stars = st.integers(1, 20).map(lambda step: f"*/{step}")
    part = st.one_of(numbers.map(str), spans, steps)
    return st.one_of(st.just("*"), stars, st.lists(part, min_size=1, max_size=3).map(",".join))


texts = st.tuples(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6)).map(" ".join)


def walls(text: str, count: int = 30) -> list[datetime]:
    return list(islice(standard_cron(text, "crontab").walls(START), count))


@given(texts)
def test_it_fires_as_cronsim_says(text: str) -> None:
    assume(not ONE_VALUE_RANGE.search(text))
    ours = walls(text)
    assume(len(ours) == 30 and ours[0] > START)

    assert ours == list(islice(CronSim(text, START), 30))


@given(st.tuples(field(0, 59), field(0, 23), field(1, 28), field(1, 12)).map(" ".join))
def test_it_fires_as_croniter_says_where_one_day_field_is_free(text: str) -> None:
    assume(not ONE_VALUE_RANGE.search(text))
    ours = walls(f"{text} *")
    assume(len(ours) == 30 and ours[0] > START)

    assert ours == list(islice(croniter(f"{text} *", START, ret_type=datetime).all_next(), 30))


@given(texts)
def test_its_aws_expressions_fire_at_the_same_times(text: str) -> None:
    try:
        expressions = standard_cron(text, "crontab").aws()
    except NotConvertibleError:
        return
    fires = sorted(fire for each in expressions for fire in next_fires(f"cron({each})", "UTC", START, 30))

    assert fires[:30] == walls(text)


@pytest.mark.parametrize(
    ("text", "expressions"),
    [
        ("*/5 * * * *", ("0/5 * * * ? *",)),
        ("0 */7 * * *", ("0 0/7 * * ? *",)),
        ("0 9 * * 1-5", ("0 9 ? * MON-FRI *",)),
        ("0 9 * * 5-7", ("0 9 ? * SUN,FRI,SAT *",)),
        ("0 9 * JAN-MAR sun", ("0 9 ? 1-3 SUN *",)),
        ("0 9 */2 * *", ("0 9 1/2 * ? *",)),
        ("0 9 1 * 0-6", ("0 9 * * ? *",)),
        (
            "0 9 29-31 * 1",
            ("0 9 29-31 * ? *", "0 9 ? * MON#1 *", "0 9 ? * MON#2 *", "0 9 ? * MON#3 *", "0 9 ? * MON#4 *"),
        ),
        ("@monthly", ("0 0 1 * ? *",)),
    ],
)
def test_a_crontab_becomes_aws_expressions(text: str, expressions: tuple[str, ...]) -> None:
    assert standard_cron(text, "crontab").aws() == expressions


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0 9 1,15 * 1", "OR the days of the week"),
        ("0 9 */2 * 1", "at once"),
        ("5/15 * * * *", 'write "5-59/15"'),
        ("0 22-2 * * *", "runs backwards"),
        ("*/0 * * * *", "a step of 0"),
        ("60 * * * *", "not from 0 to 59"),
        ("0 9 ? * 1", '"?" is unknown'),
        ("0 9 L * *", '"L" is unknown'),
        ("@reboot", "no equivalent"),
        ("0 9 * *", "4 fields"),
    ],
)
def test_what_has_no_equal_is_refused(text: str, reason: str) -> None:
    with pytest.raises(NotConvertibleError, match=reason.replace("?", r"\?")):
        standard_cron(text, "crontab").aws()


def test_kubernetes_takes_a_start_with_a_step_and_either_day() -> None:
    assert standard_cron("5/15 * * * *", "kubernetes").aws() == ("5/15 * * * ? *",)
    with pytest.raises(NotConvertibleError, match="OR the days"):
        standard_cron("0 9 */2 * 1", "kubernetes").aws()
    with pytest.raises(NotConvertibleError, match="not from 0 to 6"):
        standard_cron("0 9 * * 7", "kubernetes")
