from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check
from schedule_catalog.deployment.arguments import ScheduleArguments, schedule_arguments
from schedule_catalog.settings import parse_settings

NOW = datetime(2027, 1, 5, 12, tzinfo=UTC)
SETTINGS = parse_settings("dev", {"hosts": ["a.example.com"], "scheduler": {"max_retries": 3, "max_age_minutes": 5}})


@pytest.fixture(name="plan")
def _plan(tmp_path: Path):
    def plan(now: datetime = NOW, **keys: Any) -> ScheduleArguments | None:
        entry = {
            "request": {"url": "https://a.example.com/x", "body": {"day": "<aws.scheduler.scheduled-time>"}},
            **keys,
        }
        file = tmp_path / "catalog.yaml"
        file.write_text(json.dumps({"owner": "billing", "schedules": {"job": entry}}), "utf-8")
        catalog = check([file], settings={"dev": SETTINGS}, calendars=UNREAD, stack="dev", now=NOW)
        assert not catalog.errors, catalog.errors
        return schedule_arguments(catalog.entries[0], now, SETTINGS)

    return plan


def test_an_entry_becomes_the_arguments_of_create_schedule(plan: Any):
    assert plan(cron="0 9 * * ? *", timezone="Asia/Seoul", description="Nightly", flexible_window_minutes=10) == (
        ScheduleArguments(
            name="job",
            expression="cron(0 9 * * ? *)",
            timezone="Asia/Seoul",
            start_date=None,
            end_date=None,
            state="ENABLED",
            description="Nightly",
            flexible_window_minutes=10,
            input='{"v":1,"target_url":"https://a.example.com/x","method":"POST","body":{"day":"<aws.scheduler.scheduled-time>"},'
            '"retry":{"max_age_minutes":60},"owner":"billing","flexible_window_minutes":10,"recurring":true,'
            '"schedule":{"name":"job","arn":"<aws.scheduler.schedule-arn>",'
            '"time":"<aws.scheduler.scheduled-time>"}}',
            max_retries=3,
            max_age_seconds=300,
        )
    )


def test_a_disabled_entry_keeps_a_disabled_schedule(plan: Any):
    assert plan(rate="5 minutes", enabled=False).state == "DISABLED"


def test_bounds_are_wall_times_sent_as_utc_and_end_does_not_count(plan: Any):
    planned = plan(cron="0 9 * * ? *", timezone="Asia/Seoul", start="2027-02-01T00:00", end="2027-03-01T00:00")

    assert (planned.start_date, planned.end_date) == ("2027-01-31T15:00:00Z", "2027-02-28T14:59:59Z")


@pytest.mark.parametrize("timing", [{"cron": "0 9 * * ? *", "timezone": "Asia/Seoul"}, {"rate": "1 hour"}])
def test_a_start_that_has_passed_is_not_sent(plan: Any, timing: dict[str, str]):
    assert plan(**timing, start="2027-01-01T00:00").start_date is None


@pytest.mark.parametrize("start", ["2027-01-01T00:10", "2027-02-01T00:10"])
def test_a_rate_with_a_start_is_sent_as_the_cron_that_has_its_fires(plan: Any, start: str):
    planned = plan(rate="2 hours", start=start, end="2027-03-01T00:00", timezone="Asia/Seoul")

    assert (planned.expression, planned.timezone) == ("cron(10 1/2 * * ? *)", "UTC")
    assert planned.end_date == "2027-02-28T14:59:59Z"
    assert (planned.start_date is None) == (start < "2027-01-05")


def test_the_first_deployment_after_a_start_changes_nothing_else(plan: Any):
    before, after = (plan(now, rate="2 hours", start="2027-01-06T00:10") for now in (NOW, NOW + timedelta(days=1)))

    assert replace(before, start_date=None) == after


def test_a_rate_that_no_cron_replaces_stays_a_rate(plan: Any):
    assert plan(rate="7 hours", start="2027-02-01T00:10").expression == "rate(7 hours)"
    assert plan(rate="2 hours").expression == "rate(2 hours)"


def test_a_start_is_sent_until_it_passes(plan: Any):
    start = datetime(2027, 2, 1, tzinfo=UTC)

    assert (
        plan(start - timedelta(seconds=1), rate="1 hour", start="2027-02-01T00:00").start_date == "2027-02-01T00:00:00Z"
    )
    assert plan(start, rate="1 hour", start="2027-02-01T00:00").start_date is None


def test_a_recurring_entry_is_finished_at_its_end(plan: Any):
    end = datetime(2027, 2, 1, tzinfo=UTC)

    assert plan(end - timedelta(seconds=1), rate="1 hour", end="2027-02-01T00:00") is not None
    assert plan(end, rate="1 hour", end="2027-02-01T00:00") is None


def test_a_one_time_entry_is_finished_when_time_window_and_retries_are_over(plan: Any):
    entry = {"at": "2027-02-01T00:00", "flexible_window_minutes": 30}
    over = datetime(2027, 2, 1, tzinfo=UTC) + timedelta(minutes=30 + 60)

    assert plan(over - timedelta(seconds=1), **entry) is not None
    assert plan(over, **entry) is None


def test_nothing_is_updated_once_the_time_of_a_one_time_entry_has_passed(plan: Any):
    due = datetime(2027, 2, 1, tzinfo=UTC)
    before, after = plan(due - timedelta(seconds=1), at="2027-02-01T00:00"), plan(due, at="2027-02-01T00:00")

    assert before.frozen == ()
    assert "scheduleExpression" in after.frozen
    assert "target" in after.frozen


def test_the_clock_alone_changes_nothing_of_an_open_entry(plan: Any):
    entry = {"cron": "0 9 * * ? *"}

    assert plan(NOW, **entry) == plan(NOW + timedelta(days=1000), **entry)
