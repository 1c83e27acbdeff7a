"""A step is called uneven exactly if the evaluator's fires are not all as far apart as it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from schedule_catalog.expressions import fires, parse
from schedule_catalog.expressions.expression import Cron
from schedule_catalog.expressions.steps import UnevenStep, uneven_steps

START = datetime(2027, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def steps(text: str) -> list[UnevenStep]:
    cron = parse(f"cron({text})")
    assert isinstance(cron, Cron)
    return list(uneven_steps(cron))


def assert_as_real(text: str, step: int, end: datetime, unit: timedelta) -> None:
    real = {(after - before) / unit for before, after in pairwise(fires(f"cron({text})", "UTC", START, end))}
    found = steps(text)
    assert bool(found) is (real != {step})
    assert {gap for uneven in found for gap in (*uneven.gaps, *uneven.last)} in (real, set())


@pytest.mark.parametrize("first", ["*", "0", "7", "40", "59"])
def test_a_step_of_minutes_is_uneven_if_its_fires_are(first: str) -> None:
    for step in range(1, 60):
        assert_as_real(f"{first}/{step} * * * ? *", step, START + timedelta(hours=4), MINUTE)


@pytest.mark.parametrize("first", ["*", "0", "5", "23"])
def test_a_step_of_hours_is_uneven_if_its_fires_are(first: str) -> None:
    for step in range(1, 24):
        assert_as_real(f"0 {first}/{step} ? * * *", step, START + timedelta(days=4), HOUR)


@pytest.mark.parametrize("first", ["*", "1", "2", "28"])
def test_a_step_of_days_is_uneven_across_the_ends_of_months(first: str) -> None:
    for step in range(2, 32):
        assert_as_real(f"0 9 {first}/{step} * ? *", step, START.replace(year=2029), DAY)


@pytest.mark.parametrize("step", range(1, 13))
def test_a_step_of_months_is_uneven_if_it_does_not_divide_the_year(step: int) -> None:
    assert bool(steps(f"0 9 1 */{step} ? *")) is (12 % step != 0)


@pytest.mark.parametrize(
    "text",
    [
        "0/45 9 * * ? *",
        "0/45 9,17 * * ? *",
        "0 */5 1,15 * ? *",
        "0 */5 L * ? *",
        "0 */5 ? * MON,WED *",
        "0 9 1/2 6 ? *",
        "0 9 1 1/5 ? 2030",
        "0-30/7 * * * ? *",
        "0/45,50 * * * ? *",
        "0 9 ? * MON-FRI *",
    ],
)
def test_a_step_whose_count_never_starts_again_and_one_that_ends_on_purpose_are_left_alone(text: str) -> None:
    assert steps(text) == []


@pytest.mark.parametrize(
    ("text", "is_rate"),
    [
        ("0/45 * * * ? *", True),
        ("0/45 * ? * * *", True),
        ("0/45 9-17 * * ? *", False),
        ("0/45 * ? * MON-FRI *", False),
        ("0/45 * * 1-6 ? *", False),
        ("0/45 * * * ? 2030", False),
        ("0 */5 * * ? *", True),
        ("0,30 */5 * * ? *", False),
        ("0 */5 ? * MON-FRI *", False),
        ("0 9 1/2 * ? *", True),
        ("0 9,17 1/2 * ? *", False),
        ("0 9 1/2 1-6 ? *", False),
        ("0 9 1 */5 ? *", False),
    ],
)
def test_a_rate_can_say_it_only_where_nothing_else_keeps_the_expression_from_firing(text: str, is_rate: bool) -> None:
    (uneven,) = steps(text)
    assert uneven.is_rate is is_rate


def test_a_step_is_named_with_its_place() -> None:
    assert [(step.column, step.text) for step in steps("0/45 * 1/2 */5 ? *")] == [(6, "0/45"), (17, "*/5")]
    assert [(step.column, step.text) for step in steps("0/45 * 1/2 * ? *")] == [(6, "0/45"), (13, "1/2")]
