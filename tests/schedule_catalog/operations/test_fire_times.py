from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from schedule_catalog.operations import FireError, find_schedule
from schedule_catalog.operations.fire_times import check_fire
from tests.schedule_catalog.operations.aws import Clients


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def check(expression: str, time: str, timezone: str = "UTC", known: bool = False, **values: Any) -> None:
    aws = Clients()
    aws.scheduler.add("a", ScheduleExpression=expression, ScheduleExpressionTimezone=timezone, **values)
    check_fire(find_schedule(aws.stack, "a"), at(time), known)


@pytest.mark.parametrize(
    ("expression", "time", "values"),
    [
        ("cron(0 9 * * ? *)", "2026-11-22T09:00", {}),
        ("at(2026-11-22T09:00:00)", "2026-11-22T09:00", {}),
        ("rate(2 hours)", "2026-11-22T09:00", {"StartDate": at("2026-11-22T07:00")}),
        ("rate(7 hours)", "2026-11-22T14:00", {"StartDate": at("2026-11-22T07:00")}),
        ("cron(0 9 * * ? *)", "2026-11-22T09:00", {"EndDate": at("2026-11-22T09:00")}),
    ],
)
def test_a_fire_is_one(expression: str, time: str, values: dict[str, Any]) -> None:
    check(expression, time, **values)


def test_a_fire_is_told_in_the_zone_of_the_schedule() -> None:
    check("cron(0 9 * * ? *)", "2026-11-22T00:00", "Asia/Seoul")
    with pytest.raises(FireError) as raised:
        check("cron(0 9 * * ? *)", "2026-11-22T09:00", "Asia/Seoul")

    assert "2026-11-22 09:00 Asia/Seoul (2026-11-22T00:00:00Z) and 2026-11-23 09:00 Asia/Seoul" in str(raised.value)


@pytest.mark.parametrize(
    ("expression", "time", "values", "nearest"),
    [
        ("cron(0 9 * * ? *)", "2026-11-22T09:00:30", {}, "2026-11-23T09:00:00Z"),
        ("cron(0 0 29 2 ? *)", "2026-11-22T00:00", {}, "2024-02-29T00:00:00Z"),
        ("cron(0 9 * * ? *)", "2026-11-23T09:00", {"EndDate": at("2026-11-22T23:59:59")}, "2026-11-22T09:00:00Z"),
        ("cron(0 9 * * ? *)", "2026-11-22T09:00", {"StartDate": at("2026-11-22T09:01")}, "2026-11-23T09:00:00Z"),
        ("at(2026-11-22T09:00:00)", "2026-11-22T10:00", {}, "2026-11-22T09:00:00Z"),
        ("at(2012-11-22T09:00:00)", "2026-11-22T10:00", {}, "no fire is near"),
    ],
)
def test_what_is_none_names_the_nearest(expression: str, time: str, values: dict[str, Any], nearest: str) -> None:
    with pytest.raises(FireError, match=nearest):
        check(expression, time, **values)


def test_a_rate_has_the_fires_that_the_ledger_knows_and_no_others() -> None:
    check("rate(5 minutes)", "2026-11-22T09:00", known=True)
    with pytest.raises(FireError, match="schedules history a"):
        check("rate(5 minutes)", "2026-11-22T09:00")


def test_a_run_of_an_older_cron_is_known_by_the_ledger() -> None:
    check("cron(0 9 * * ? *)", "2026-11-22T08:00", known=True)
