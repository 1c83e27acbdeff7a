"""What an expression says of itself, without a clock."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given

from schedule_catalog.expressions import parse
from tests.schedule_catalog.expressions import oracle, texts


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("cron(0 9 LW * ? *)", [10]),
        ("cron(0 9 L-3 * ? *)", [10]),
        ("cron(0 9 28W * ? *)", []),
        ("cron(0 9 29W * ? *)", [10]),
        ("cron(0 9 31W * ? *)", [10]),
        ("cron(0 9 ? * L *)", [14]),
        ("cron(0 9 ? * FRI-MON *)", [14]),
        ("cron(0 9 ? * SUN,FRI-MON *)", [18]),
        ("cron(50-10 22-2 * NOV-FEB ? *)", [6, 12, 19]),
        ("cron(0 9 ? * 2/2 *)", [15]),
        ("cron(0 9 ? jan,FEB mon *)", [12, 20]),
        ("cron(0/15 8-17 ? * 6L 2026-2030)", []),
        ("cron(0 9 ? * 3#2 *)", []),
        ("rate(5 minutes)", []),
        ("at(2026-11-22T13:00:00)", []),
    ],
)
def test_what_aws_does_not_document_is_noted_at_its_column(text: str, columns: list[int]) -> None:
    assert [column for column, _ in parse(text).undocumented] == columns


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("cron(0 9 * * ? *)", timedelta(days=1)),
        ("cron(0 9 1 1 ? 2030)", timedelta(days=1)),
        ("cron(* * * * ? *)", timedelta(minutes=1)),
        ("cron(0/20 9 * * ? *)", timedelta(minutes=20)),
        ("cron(0/45 * * * ? *)", timedelta(minutes=15)),
        ("cron(0 9,17 * * ? *)", timedelta(hours=8)),
        ("cron(0 1,23 * * ? *)", timedelta(hours=2)),
        ("rate(36 hours)", timedelta(hours=36)),
        ("at(2026-11-22T13:00:00)", None),
    ],
)
def test_the_shortest_gap_is_known_from_the_text(text: str, gap: timedelta | None) -> None:
    assert parse(text).shortest_gap == gap


@given(texts.minutes, texts.hours)
def test_the_shortest_gap_is_that_of_two_days_of_fires(minutes: str, hours: str) -> None:
    times = [
        timedelta(days=day, hours=hour, minutes=minute)
        for day in (0, 1)
        for hour in range(24)
        for minute in range(60)
        if oracle.field_matches(hours, hour, 0, 23) and oracle.field_matches(minutes, minute, 0, 59)
    ]
    gaps = [after - before for before, after in pairwise(times)]
    assert parse(f"cron({minutes} {hours} * * ? *)").shortest_gap == min(gaps)
