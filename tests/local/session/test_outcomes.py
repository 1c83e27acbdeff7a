from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError

from local.errors import LogUnreadableError
from local.session.outcomes import MOST_LINES, LoggedOutcome, Outcomes, OutcomeState, Remark

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def write(logs: Any, group: str, stream: str, *messages: str, later: int = 0) -> None:
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    stamp = int(time.time() * 1000) + later
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


class Interrupted:
    """A log that a number of requests cannot read, from the given one on."""

    def __init__(self, logs: Any, first: int, requests: int) -> None:
        self.exceptions = logs.exceptions
        self._logs, self._lost, self._asked = logs, range(first, first + requests), 0

    def filter_log_events(self, **arguments: Any) -> Any:
        self._asked += 1
        if self._asked in self._lost:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
        return self._logs.filter_log_events(**arguments)


def schedules(lines: Sequence[LoggedOutcome | Remark]) -> list[str]:
    return [line.schedule for line in lines if isinstance(line, LoggedOutcome)]


def test_a_log_of_more_lines_than_the_emulator_returns_at_once_is_read_to_its_end(emulator: Emulator) -> None:
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/long")
    outcomes = Outcomes(logs, "/aws/lambda/long", datetime.now(UTC) - timedelta(seconds=1))
    for number in range(3):
        noise = (f"START {each}" for each in range(MOST_LINES // 2))
        write(logs, "/aws/lambda/long", f"noise {number}", *noise, later=2 * number)
        write(logs, "/aws/lambda/long", f"{number}", json.dumps(OUTCOME | {"schedule": f"{number}"}), later=2 * number)

    assert schedules(outcomes.new()) == ["0", "1", "2"]
    assert outcomes.new() == []


def test_the_lines_of_an_invocation_stay_together_wherever_a_request_ends(emulator: Emulator) -> None:
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/cut")
    began = datetime.now(UTC) - timedelta(seconds=1)
    for number in range(4):
        own = {"schedule": f"{number}", "run_key": f"v1.{number}"}
        said = (json.dumps(ATTEMPT | own), json.dumps(OUTCOME | own))
        write(logs, "/aws/lambda/cut", f"{number}", *said, later=10 * number)

    for most in (3, 4, 5):
        assert schedules(Outcomes(logs, "/aws/lambda/cut", began, most).new()) == ["0", "1", "2", "3"]


def test_reading_ends_also_where_one_instant_has_more_lines_than_a_request_returns(emulator: Emulator) -> None:
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/full")
    began = datetime.now(UTC) - timedelta(seconds=1)
    write(logs, "/aws/lambda/full", "talkative", *(f"line {number}" for number in range(7)))
    write(logs, "/aws/lambda/full", "next", json.dumps(OUTCOME), later=1000)

    remark, outcome = Outcomes(logs, "/aws/lambda/full", began, 3).new()

    assert isinstance(remark, Remark)
    assert remark.text.startswith("line 0\nline 1")
    assert schedules([outcome]) == ["close"]


def test_what_a_log_could_not_say_it_says_the_next_time(emulator: Emulator) -> None:
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/away")
    began = datetime.now(UTC) - timedelta(seconds=1)
    for number in range(3):
        own = {"schedule": f"{number}", "run_key": f"v1.{number}"}
        write(logs, "/aws/lambda/away", f"{number}", json.dumps(OUTCOME | own), later=10 * number)
    outcomes = Outcomes(Interrupted(logs, 2, 1), "/aws/lambda/away", began, 2)

    assert outcomes.new() == []
    assert schedules(outcomes.new()) == ["0", "1", "2"]


def test_who_must_know_all_lines_hears_that_a_log_cannot_be_read(emulator: Emulator) -> None:
    logs = emulator.client("logs")
    outcomes = Outcomes(Interrupted(logs, 1, 1), "/aws/lambda/none", datetime.now(UTC))

    with pytest.raises(LogUnreadableError, match='the log "/aws/lambda/none" cannot be read: Could not connect'):
        outcomes.read()
    assert outcomes.read() == []


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
