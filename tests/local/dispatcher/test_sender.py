"""What becomes of a run whose delivery fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from local.dispatcher import DeliveryError, Handover, Journal, RunState
from tests.local.dispatcher.world import INPUT, MONDAY, PREFIX, QUEUE, TARGET, World, run, schedule

THROTTLED = DeliveryError("TooManyRequestsException", "Rate Exceeded.", retryable=True)
DENIED = DeliveryError("AccessDeniedException", "not authorized", retryable=False)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal.sqlite")
    yield opened
    opened.close()


def test_a_failed_delivery_is_tried_again_with_growing_delays_under_the_same_scheduled_time(
    world: World, journal: Journal
) -> None:
    tried: list[timedelta] = []

    def failure(event: dict[str, str]) -> DeliveryError | None:
        tried.append(world.now - MONDAY)
        return THROTTLED if len(tried) < 3 else None

    world.failure = failure
    world.put(schedule("once", "at(2026-11-23T09:00:00)"))
    run(world, world.dispatcher(journal), timedelta(minutes=1))

    assert tried == [timedelta(seconds=0), timedelta(seconds=1), timedelta(seconds=3)]
    assert world.times("once") == ["09:00:00"]
    assert world.buried == []


def test_exhausted_retries_reach_the_dead_letter_queue_with_nine_attributes(world: World, journal: Journal) -> None:
    world.failure = lambda event: THROTTLED
    world.put(schedule("once", "at(2026-11-23T09:00:00)"))

    run(world, world.dispatcher(journal), timedelta(minutes=1))

    ((body, attributes),) = world.buried
    assert json.loads(body) == {"arn": PREFIX + "once", "time": "2026-11-23T09:00:00Z"}
    assert attributes == {
        "ERROR_CODE": "TooManyRequestsException",
        "ERROR_MESSAGE": "Rate Exceeded.",
        "EXECUTION_ID": "execution-3",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": "2",
        "SCHEDULED_TIME": "2026-11-23T09:00:00Z",
        "SCHEDULE_ARN": PREFIX + "once",
        "TARGET_ARN": "arn:aws:scheduler:::aws-sdk:lambda:invoke",
    }


def test_a_permanent_error_is_buried_at_once_without_an_exhausted_condition(world: World, journal: Journal) -> None:
    world.failure = lambda event: DENIED
    world.put(schedule("once", "at(2026-11-23T09:00:00)"))

    run(world, world.dispatcher(journal), timedelta(minutes=1))

    ((_, attributes),) = world.buried
    assert attributes["RETRY_ATTEMPTS"] == "0"
    assert "EXHAUSTED_RETRY_CONDITION" not in attributes


def test_an_event_older_than_its_age_is_given_up(world: World, journal: Journal) -> None:
    world.failure = lambda event: THROTTLED
    world.put(schedule("once", "at(2026-11-23T09:00:00)", delivery=Handover(TARGET, INPUT, QUEUE, 185, 60)))

    run(world, world.dispatcher(journal), timedelta(minutes=5))

    ((_, attributes),) = world.buried
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    assert attributes["RETRY_ATTEMPTS"] == "5"


def test_without_a_dead_letter_queue_a_run_is_dropped_and_told(world: World, journal: Journal) -> None:
    world.failure = lambda event: DENIED
    world.put(schedule("once", "at(2026-11-23T09:00:00)", delivery=Handover(TARGET, INPUT, None)))

    run(world, world.dispatcher(journal), timedelta(minutes=1))

    assert world.told() == [("dropped", "once")]


def test_a_dead_letter_queue_out_of_reach_is_tried_again(world: World, journal: Journal) -> None:
    world.failure = lambda event: DENIED
    world.queue_failure = THROTTLED
    world.put(schedule("once", "at(2026-11-23T09:00:00)"))
    dispatcher = world.dispatcher(journal)
    run(world, dispatcher, timedelta(minutes=1))
    assert [one.state for one in journal.open_runs()] == [RunState.BURYING]

    world.queue_failure = None
    run(world, dispatcher, timedelta(minutes=1))

    assert len(world.buried) == 1
    assert journal.open_runs() == []


def test_a_missing_dead_letter_queue_is_told_with_the_first_error(world: World, journal: Journal) -> None:
    world.failure = lambda event: DENIED
    world.queue_failure = DeliveryError("AWS.SimpleQueueService.NonExistentQueue", "no such queue", retryable=False)
    world.put(schedule("once", "at(2026-11-23T09:00:00)"))

    run(world, world.dispatcher(journal), timedelta(minutes=1))

    (notice,) = world.notices
    assert notice.kind == "dropped"
    assert "not authorized" in notice.text
    assert "no such queue" in notice.text


def test_a_failing_schedule_delays_no_other(world: World, journal: Journal) -> None:
    world.failure = lambda event: THROTTLED if event["arn"].endswith("/broken") else None
    world.put(schedule("broken", "cron(* * * * ? *)"), schedule("good", "cron(* * * * ? *)"))

    run(world, world.dispatcher(journal), timedelta(minutes=2))

    assert world.times("good") == ["09:00:00", "09:01:00", "09:02:00"]
    assert len(world.buried) == 2


def test_a_retry_sends_what_the_first_attempt_sent(world: World, journal: Journal) -> None:
    seen: list[dict[str, str]] = []

    def failure(event: dict[str, str]) -> DeliveryError | None:
        seen.append(event)
        return THROTTLED if len(seen) == 1 else None

    world.failure = failure
    world.put(schedule("once", "at(2026-11-23T09:00:00)"))
    dispatcher = world.dispatcher(journal)
    dispatcher.refresh()
    dispatcher.step()
    world.put(schedule("once", "at(2026-11-23T09:00:00)", delivery=Handover(TARGET, '{"other": true}', None)))
    run(world, dispatcher, timedelta(minutes=1))

    assert seen[0] == seen[1]
