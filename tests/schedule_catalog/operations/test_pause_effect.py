"""Before it is made, a pause says how many runs it will skip and how many will wait."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from schedule_catalog.operations import PauseEffect, PauseTarget, pause_effect, planned_pause
from schedule_catalog.operations.pause_effect import MOST_RUN_TIME
from tests.catalog_texts import calendars, entry
from tests.schedule_catalog.operations.aws import NAMES, NOW, Clients, arn, request
from tests.schedule_catalog.operations.records import record

SOON = NOW + timedelta(hours=3)
SERVICES = {"billing": "https://api.example.com"}


def stack() -> Clients:
    """Hourly and daily calls of two services, a single call, and one of an application."""
    aws = Clients()
    hourly = {"ScheduleExpression": "cron(30 * * * ? *)"}
    aws.scheduler.add("hourly", Target={"Input": request("hourly", owner="ops")}, **hourly)
    aws.scheduler.add("daily", Target={"Input": request("daily", owner="finance", target_url="https://x.example/")})
    aws.scheduler.add("once", ScheduleExpression="at(2026-11-23T10:00:00)")
    aws.scheduler.add("shop-1", group=NAMES.adhoc_group, ScheduleExpression="at(2026-11-23T11:00:00)")
    aws.scheduler.add("shop-2", group=NAMES.adhoc_group, ScheduleExpression="at(2026-11-23T13:00:00)")
    waiting = replace(record("hourly", "2026-11-23T08:30:00Z"), state="waiting")
    aws.dynamodb.items.append(waiting.to_item())
    return aws


def effect(aws: Clients, target: PauseTarget, **entries: str) -> PauseEffect:
    known = {name: replace(entry(text, calendars=KNOWN), name=name) for name, text in entries.items()}
    planned = planned_pause(aws.stack, target, SOON, "x", "y", NOW)
    return pause_effect(aws.stack, planned, NOW, known, SERVICES)


KNOWN = calendars(today="description: x\ntimezone: UTC\ndates: [2026-11-23]")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        # Three hourly runs and a daily one (9:00) are skipped; a retry and two single calls wait.
        (PauseTarget("all"), PauseEffect(5, 4, 3)),
        (PauseTarget("owner", "ops"), PauseEffect(1, 3, 1)),
        (PauseTarget("schedule", arn("hourly")), PauseEffect(1, 3, 1)),
        (PauseTarget("schedule", arn("gone")), PauseEffect(0, 0, 0)),
        (PauseTarget("application", "shop", "shop-"), PauseEffect(2, 0, 1)),
        # By URL: the newest hourly run waits, the older two and the retry make way; single calls wait.
        (PauseTarget("service", "billing"), PauseEffect(4, 3, 3)),
        (PauseTarget("service", "other"), PauseEffect(0, 0, 0)),
    ],
)
def test_runs_are_counted(target: PauseTarget, expected: PauseEffect) -> None:
    assert effect(stack(), target) == expected


@pytest.mark.parametrize(("mark", "expected"), [({"recurring": True}, (3, 0)), ({}, (0, 3))])
def test_runs_of_an_application_wait_unless_their_event_says_that_they_recur(
    mark: dict[str, object], expected: tuple[int, int]
) -> None:
    aws = Clients()
    event = json.dumps(json.loads(request("shop-1")) | mark)
    aws.scheduler.add(
        "shop-1", group=NAMES.adhoc_group, ScheduleExpression="cron(30 * * * ? *)", Target={"Input": event}
    )

    assert effect(aws, PauseTarget("all")) == PauseEffect(1, *expected)


def test_what_a_calendar_leaves_out_is_not_counted_again() -> None:
    found = effect(stack(), PauseTarget("owner", "ops"), hourly='cron: "30 * * * ? *"\nnot_on: [today]\n')

    assert found == PauseEffect(1, 0, 1)


def test_an_edit_that_was_not_deployed_is_not_counted() -> None:
    found = effect(stack(), PauseTarget("owner", "ops"), hourly='cron: "0/10 * * * ? *"\n')

    assert found == PauseEffect(1, 3, 1)


def test_more_schedules_of_applications_than_are_counted_are_said() -> None:
    aws = Clients()
    for number in range(MOST_RUN_TIME + 1):
        aws.scheduler.add(f"shop-{number}", group=NAMES.adhoc_group, ScheduleExpression="at(2026-11-23T11:00:00)")

    assert effect(aws, PauseTarget("application", "shop", "shop-")) == PauseEffect(
        MOST_RUN_TIME, 0, MOST_RUN_TIME, truncated=True
    )


@pytest.mark.parametrize(("minutes", "skipped"), [(15, 0), (25, 1), (180, 3)])
def test_a_rate_is_counted_from_its_newest_run_and_not_from_now(minutes: int, skipped: int) -> None:
    aws = Clients()
    aws.scheduler.add("poll", ScheduleExpression="rate(1 hour)")
    aws.dynamodb.items.append(record("poll", "2026-11-23T08:20:00Z").to_item())
    target = PauseTarget("schedule", arn("poll"))
    planned = planned_pause(aws.stack, target, NOW + timedelta(minutes=minutes), "x", "y", NOW)

    assert pause_effect(aws.stack, planned, NOW, {}, SERVICES) == PauseEffect(1, skipped, 0)
