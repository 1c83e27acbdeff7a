from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from schedule_catalog.operations import list_schedules
from schedule_catalog.operations.schedules import get_schedule, get_schedules
from tests.schedule_catalog.operations.aws import NAMES, NOW, Clients


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
@pytest.mark.parametrize("tokens", [True, False])
def test_every_schedule_of_a_group_is_listed_with_tokens_and_without(count: int, tokens: bool) -> None:
    aws = Clients()
    aws.scheduler.tokens = tokens
    for number in range(count):
        aws.scheduler.add(f"s{number}")
    aws.scheduler.add("theirs", "another-group")

    found = list_schedules(aws.stack, NAMES.catalog_group)

    assert len({one.name for one in found}) == len(found) == count


def test_schedules_are_read_one_by_one_and_those_that_are_gone_are_left_out() -> None:
    aws = Clients()
    for number in range(40):
        aws.scheduler.add(f"s{number}")

    found = get_schedules(aws.stack, NAMES.catalog_group, [*(f"s{number}" for number in range(40)), "gone"])

    assert set(found) == {f"s{number}" for number in range(40)}


def test_what_a_schedule_leaves_out_has_aws_defaults() -> None:
    aws = Clients()
    aws.scheduler.add("bare")
    bare = aws.scheduler.schedules[NAMES.catalog_group, "bare"]
    for key in ("ScheduleExpressionTimezone", "ActionAfterCompletion", "State"):
        bare.pop(key)

    found = get_schedule(aws.stack, NAMES.catalog_group, "bare")

    assert found is not None
    assert (found.timezone, found.after_completion, found.enabled, found.window_minutes) == ("UTC", "NONE", True, None)


def test_instants_are_utc_whatever_the_zone_of_the_machine() -> None:
    aws = Clients()
    aws.scheduler.add("nightly", StartDate=NOW, EndDate=NOW)

    found, (listed,) = (
        get_schedule(aws.stack, NAMES.catalog_group, "nightly"),
        list_schedules(aws.stack, NAMES.catalog_group),
    )

    assert found is not None
    read = (found.created, found.modified, found.start, found.end, listed.created, listed.modified, found.timing.starts)
    assert {instant and instant.tzinfo for instant in read} == {UTC}


def test_a_rate_goes_on_from_a_start_that_has_passed() -> None:
    aws = Clients()
    start = datetime(2026, 11, 23, 0, 3, tzinfo=UTC)
    aws.scheduler.add("poll", ScheduleExpression="rate(7 minutes)", StartDate=start)
    aws.scheduler.add("free", ScheduleExpression="rate(7 minutes)")
    poll, free = (get_schedule(aws.stack, NAMES.catalog_group, name) for name in ("poll", "free"))

    assert poll is not None
    assert free is not None
    first, second = poll.upcoming(None, NOW + timedelta(seconds=30), 2)
    assert (first - start) % timedelta(minutes=7) == timedelta()
    assert second - first == timedelta(minutes=7)
    assert free.upcoming(None, NOW, 2) == (), "only AWS knows"


@pytest.mark.parametrize(
    "values",
    [{"ScheduleExpression": "at(2999-01-01T00:00:00)"}, {"ScheduleExpressionTimezone": "Mars/Olympus"}],
)
def test_a_schedule_that_this_program_cannot_read_promises_no_fires(values: dict[str, str]) -> None:
    aws = Clients()
    aws.scheduler.add("odd", **values)
    odd = get_schedule(aws.stack, NAMES.catalog_group, "odd")

    assert odd is not None
    assert not odd.is_readable
    assert odd.upcoming(None, NOW, 3) == ()
