from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.session.outcomes import LoggedOutcome, Outcomes, OutcomeState, Remark

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

ATTEMPT = {
    "event": "attempt",
    "owner": "billing",
    "schedule": "close",
    "run_key": "v1.abc",
    "origin": "catalog",
    "outcome": "permanent",
    "reason": "http-404",
    "status": 404,
    "milliseconds": 12.5,
    "lateness_seconds": 1.0,
    "message": "the target answered 404",
}


OUTCOME = {**ATTEMPT, "event": "outcome", "state": "undelivered", "scheduled_time": "2026-11-23T09:00:00Z", "due": None}


def write(logs: Any, group: str, stream: str, *messages: str) -> None:
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    stamp = int(time.time() * 1000)
    logs.put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": stamp, "message": message} for message in messages],
    )


def test_each_attempt_is_answered_once_in_whatever_stream_it_was_written(emulator: Emulator) -> None:
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/one")
    outcomes = Outcomes(logs, "/aws/lambda/one", datetime.now(UTC) - timedelta(seconds=1))
    write(logs, "/aws/lambda/one", "first", "START RequestId: 1", json.dumps(ATTEMPT), "END RequestId: 1")

    (first,) = outcomes.new()
    write(logs, "/aws/lambda/one", "second", json.dumps(ATTEMPT | {"schedule": "other", "outcome": "delivered"}))
    (second,) = outcomes.new()

    assert isinstance(first, LoggedOutcome)
    assert isinstance(second, LoggedOutcome)
    assert (first.schedule, first.status, first.milliseconds, first.state) == ("close", 404, 12.5, OutcomeState.UNKNOWN)
    assert (second.schedule, second.verdict) == ("other", "delivered")
    assert outcomes.new() == []


def test_an_attempt_and_what_became_of_it_are_one_outcome(emulator: Emulator) -> None:
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/both")
    outcomes = Outcomes(logs, "/aws/lambda/both", datetime.now(UTC) - timedelta(seconds=1))
    waiting = {**OUTCOME, "state": "waiting", "attempt": 2, "due": "2026-11-23T09:00:20.500+00:00"}
    write(logs, "/aws/lambda/both", "one", json.dumps(ATTEMPT), json.dumps(waiting))
    write(logs, "/aws/lambda/both", "two", json.dumps({**OUTCOME, "state": "duplicate", "outcome": None}))

    found = outcomes.new()

    assert [one.state for one in found if isinstance(one, LoggedOutcome)] == [
        OutcomeState.WAITING,
        OutcomeState.DUPLICATE,
    ]
    first = found[0]
    assert isinstance(first, LoggedOutcome)
    assert (first.attempt, first.scheduled_time) == (2, "2026-11-23T09:00:00Z")
    assert first.due == datetime(2026, 11, 23, 9, 0, 20, 500_000, tzinfo=UTC)


def test_a_crash_of_the_function_is_a_remark_and_other_json_is_none_of_ours(emulator: Emulator) -> None:
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/two")
    outcomes = Outcomes(logs, "/aws/lambda/two", datetime.now(UTC) - timedelta(seconds=1))
    write(logs, "/aws/lambda/two", "stream", "Task timed out after 3.00 seconds", '{"event": "metric"}', "REPORT x")

    (found,) = outcomes.new()

    assert isinstance(found, Remark)
    assert found.text == "Task timed out after 3.00 seconds"


def test_an_attempt_whose_event_could_not_be_read_has_no_schedule(emulator: Emulator) -> None:
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/three")
    outcomes = Outcomes(logs, "/aws/lambda/three", datetime.now(UTC) - timedelta(seconds=1))
    nobody = {"schedule": None, "run_key": None, "status": None, "owner": None}
    write(logs, "/aws/lambda/three", "stream", json.dumps(ATTEMPT | nobody))

    (found,) = outcomes.new()

    assert isinstance(found, LoggedOutcome)
    assert (found.schedule, found.run_key, found.status) == ("", "", None)


def test_a_log_that_is_not_there_yet_has_no_lines(emulator: Emulator) -> None:
    assert Outcomes(emulator.client("logs"), "/aws/lambda/none", datetime.now(UTC)).new() == []


CRASH = ("Traceback (most recent call last):", '  File "proxy/handler.py", line 1, in handle', "    raise")


def test_a_failure_given_back_to_lambda_is_the_attempt_alone_and_no_traceback(emulator: Emulator) -> None:
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/four")
    outcomes = Outcomes(logs, "/aws/lambda/four", datetime.now(UTC) - timedelta(seconds=1))
    given_back = "proxy.queues.QueueError: the queue does not accept messages: no response"
    write(logs, "/aws/lambda/four", "stream", json.dumps(ATTEMPT), *CRASH, given_back)

    (found,) = outcomes.new()

    assert isinstance(found, LoggedOutcome)
    assert found.given_back


def test_any_other_traceback_is_one_remark_with_its_lines(emulator: Emulator) -> None:
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/five")
    outcomes = Outcomes(logs, "/aws/lambda/five", datetime.now(UTC) - timedelta(seconds=1))
    write(logs, "/aws/lambda/five", "stream", json.dumps(ATTEMPT), *CRASH, "KeyError: 'x'")

    attempt, remark = outcomes.new()

    assert isinstance(attempt, LoggedOutcome)
    assert not attempt.given_back
    assert isinstance(remark, Remark)
    assert remark.text.splitlines() == [*CRASH, "KeyError: 'x'"]
