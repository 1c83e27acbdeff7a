"""Each system's expressions fire as that system says, and the entries at the same times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, get_args

import pytest
from croniter import croniter
from cronsim import CronSim
from hypothesis import assume, given
from hypothesis import strategies as st

from schedule_catalog.expressions import next_fires
from schedule_catalog.importing import Content, ImportContext, NotConvertibleError, Targets, imported
from schedule_catalog.importing.aws_expression import written
from schedule_catalog.importing.standard_cron import Dialect, standard_cron

START = datetime(2026, 11, 23, 10, 31, tzinfo=UTC)
COUNT = 30
TIMES = st.sampled_from(["0 9", "30 2", "*/15 *", "0,30 8-18/2", "5 0"])
DAYS = st.sampled_from(["*", "1", "1-7", "8-14", "15", "1,15", "*/2", "31", "22-28"])
MONTHS = st.sampled_from(["*", "1", "2", "6-8", "1,7"])
WEEKDAYS = st.sampled_from(["*", "0", "7", "1", "1-5", "6,0", "*/2", "0-3", "5-7"])
EXPRESSIONS = st.tuples(TIMES, DAYS, MONTHS, WEEKDAYS).map(" ".join)


def oracle(text: str) -> Iterator[datetime]:
    """The local times by the definition of all these systems: both day fields, or either where both are limited."""
    minute, hour, day, month, weekday = text.split()
    free = CronSim(f"{minute} {hour} * {month} *", START)
    days, weekdays = numbers(day, 1, 31), {each % 7 for each in numbers(weekday, 0, 7 if "7" in weekday else 6)}
    for moment in free:
        by_day, by_weekday = moment.day in days, moment.isoweekday() % 7 in weekdays
        if (by_day or by_weekday) if day != "*" and weekday != "*" else (by_day and by_weekday):
            yield moment


def numbers(field: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = (f"{low}-{high}" if span == "*" else span).partition("-")
        found |= set(range(int(first), int(last or first) + 1, int(step or 1)))
    return found


@pytest.mark.parametrize("dialect", get_args(Dialect))
@given(EXPRESSIONS)
def test_an_expression_fires_as_its_system_says_or_is_refused(dialect: Dialect, text: str) -> None:
    try:
        cron = standard_cron(text, dialect)
    except NotConvertibleError:
        return
    _, _, day, _, weekday = text.split()
    # Vixie cron takes "*/2" for unlimited, Kubernetes' library does not; the others refuse it beside another day.
    assume(not (dialect == "crontab" and "*/2" in (day, weekday)))
    found = list(islice(cron.walls(START), COUNT))

    assert found == list(islice(oracle(text), len(found)))


@pytest.mark.parametrize("dialect", get_args(Dialect))
@given(EXPRESSIONS)
def test_the_expressions_of_aws_fire_at_the_same_times(dialect: Dialect, text: str) -> None:
    try:
        cron = standard_cron(text, dialect)
        expressions = cron.aws()
    except NotConvertibleError:
        return
    fires = sorted(fire for each in expressions for fire in next_fires(f"cron({each})", "UTC", START, COUNT))

    assert fires[:COUNT] == list(islice(cron.walls(START), COUNT))


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("kubernetes", "0 9 * * 7"), ("vercel", "0 9 * * 7"), ("vercel", "0 9 1 * 1"), ("vercel", "0 9 * * MON"),
        ("hasura", "0 9 */2 * *"), ("hasura", "0 9 * * 0-3"), ("hasura", "0 9 * * 5-7"), ("hasura", "0 9 * JAN *"),
        ("google", "0 9 */2 * 1"), ("google", "@daily"), ("google", "5/15 * * * *"), ("google", "0 9 L * *"),
    ],
)  # fmt: skip
def test_what_a_system_does_not_define_is_refused(dialect: Dialect, text: str) -> None:
    with pytest.raises(NotConvertibleError):
        standard_cron(text, dialect)


@pytest.mark.parametrize("dialect", ["crontab", "hasura", "google"])
def test_0_and_7_are_sunday(dialect: Dialect) -> None:
    zero, seven = (list(islice(standard_cron(f"0 9 * * {day}", dialect).walls(START), 5)) for day in "07")

    assert zero == seven
    assert all(each.isoweekday() == 7 for each in zero)


@pytest.mark.parametrize(("test", "expected"), [
    ("[ $(date +\\%d) -le 7 ]", {1, 2, 3, 4, 5, 6, 7}),
    ('[ "$(date +\\%d)" -gt 21 ]', set(range(22, 32))),
    ("test $(date +\\%d) -lt 15", set(range(1, 15))),
])  # fmt: skip
def test_a_test_of_the_date_leaves_the_days_that_pass_it(test: str, expected: set[int]) -> None:
    found = imported(
        Content(f"0 9 * * 1 {test} && curl https://a.example.com/x"), ImportContext(Targets(), START)
    ).converted
    expressions = [each.values["cron"] for each in found]
    fires = sorted(fire for each in expressions for fire in next_fires(f"cron({each})", "UTC", START, 40))
    mondays = croniter("0 9 * * 1", START, ret_type=datetime).all_next()

    assert fires[:40] == list(islice((each for each in mondays if each.day in expected), 40))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_a_zone_moves_the_times_and_nothing_else(zone: str) -> None:
    job: dict[str, Any] = {
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"}, "spec": {
            "schedule": "30 12 * * *", "timeZone": zone, "jobTemplate": {"spec": {"template": {"spec": {"containers": [
                {"image": "curl", "args": ["https://a.example.com/x"]}]}}}}},
    }  # fmt: skip
    import json

    [found] = imported(Content(json.dumps(job)), ImportContext(Targets(), START)).converted

    assert (found.values["cron"], found.values["timezone"]) == ("30 12 * * ? *", zone)


@given(
    st.sampled_from(
        ["2-6", "1-7", "1", "2,4,6", "MON-SUN", "SUN-SAT", "7", "2#1", "6L", "FRI-MON", "1-7/2", "SUN-WED"]
    ),
    st.sampled_from(["0 9", "*/15 *", "5/10 8-18", "0-30/10 0,12"]),
)
def test_an_expression_of_aws_is_rewritten_to_the_same_fires(weekdays: str, times: str) -> None:
    expression = f"cron({times} ? * {weekdays} *)"
    try:
        found = written(expression)
    except NotConvertibleError:
        return
    two_years = START + timedelta(days=731)
    ours = [each for each in next_fires(f"cron({found.text})", "UTC", START, 200) if each < two_years]

    assert ours == [each for each in next_fires(expression, "UTC", START, 200) if each < two_years]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("rate(1 hours)", "1 hour"), ("rate(5 minute)", "5 minutes"), ("rate(1 days)", "1 day"),
        ("cron(30 8 ? * 2-6 *)", "30 8 ? * MON-FRI *"), ("cron(30 8 ? * MON-SUN *)", "30 8 ? * * *"),
        ("cron(30 8 ? * 2#1 *)", "30 8 ? * MON#1 *"), ("cron(0 0 1 1 ? 2999)", "0 0 31 2 ? *"),
    ],
)  # fmt: skip
def test_an_expression_of_aws_is_written_without_a_warning(expression: str, text: str) -> None:
    assert written(expression).text == text
