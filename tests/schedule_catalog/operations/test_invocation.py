from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from schedule_catalog.operations import FoundSchedule, Invocation, NotRunnableError, find_schedule, make, prepare
from tests.schedule_catalog.operations.aws import FUNCTION, MANIFEST, NAMES, NOW, Clients, arn, delivered, request

FIRE = datetime(2026, 11, 22, 9, tzinfo=UTC)


def deployed(aws: Clients, **members: Any) -> FoundSchedule:
    aws.scheduler.add("nightly", Target={"Input": request("nightly", **members)})
    return find_schedule(aws.stack, "nightly")


def prepared(aws: Clients, *, as_of: datetime | None = None, again: bool = False, **members: Any) -> Invocation:
    return prepare(aws.stack, deployed(aws, **members), NOW, "e" * 32, as_of=as_of, again=again)


def test_a_run_of_its_own_is_of_now_and_has_one_attempt() -> None:
    aws = Clients()

    call = prepared(
        aws, retry={"max_attempts": 9, "max_age_minutes": 7}, body={"day": "<aws.scheduler.scheduled-time>"}
    )

    assert call.arn == MANIFEST.aliases["catalog"]
    assert call.event["schedule"] == {"name": "nightly", "arn": arn("nightly"), "time": "2026-11-23T09:00:00Z"}
    assert call.event["retry"] == {"max_attempts": 1, "max_age_minutes": 7}
    assert call.event["body"] == {"day": "2026-11-23T09:00:00Z"}
    assert call.event["trigger"] == {"id": "e" * 32, "at": "2026-11-23T09:00:00Z", "run": "fresh"}


def test_the_run_of_a_fire_has_that_time_and_its_own_key_unless_it_is_run_again() -> None:
    own, again = prepared(Clients(), as_of=FIRE), prepared(Clients(), as_of=FIRE, again=True)

    assert [call.event["schedule"]["time"] for call in (own, again)] == ["2026-11-22T09:00:00Z"] * 2
    assert [call.event["trigger"]["run"] for call in (own, again)] == ["own", "fresh"]


def test_a_schedule_of_an_application_goes_by_its_own_alias() -> None:
    aws = Clients()
    aws.scheduler.add("shop-1", NAMES.adhoc_group)
    aws.scheduler.add("appstore", NAMES.adhoc_group)
    aws.scheduler.add("other-1", NAMES.adhoc_group)

    called = [
        prepare(aws.stack, find_schedule(aws.stack, name), NOW, "e", as_of=None, again=False).arn
        for name in ("shop-1", "appstore", "other-1")
    ]

    assert called == [f"{FUNCTION}:{alias}" for alias in ("shop", "callback", "adhoc")]


def test_a_schedule_from_before_its_application_had_an_origin_goes_by_the_alias_whose_role_it_has() -> None:
    aws = Clients()
    aws.scheduler.add("shop-1", NAMES.adhoc_group, Target={"RoleArn": MANIFEST.adhoc_role_arn})
    aws.scheduler.add("shop-2", NAMES.adhoc_group, Target={"Arn": MANIFEST.aliases["adhoc"], "RoleArn": "its own"})

    called = [
        prepare(aws.stack, find_schedule(aws.stack, name), NOW, "e", as_of=None, again=False).arn
        for name in ("shop-1", "shop-2")
    ]

    assert called == [f"{FUNCTION}:adhoc", f"{FUNCTION}:shop"]


@pytest.mark.parametrize("text", ["", "[1]", "no JSON", "{}", '{"detail": 1}', "[" * 100_000])
def test_a_schedule_that_sends_something_else_is_not_run(text: str) -> None:
    aws = Clients()
    aws.scheduler.add("nightly", Target={"Input": text})

    with pytest.raises(NotRunnableError, match="changed by hand"):
        prepare(aws.stack, find_schedule(aws.stack, "nightly"), NOW, "e", as_of=None, again=False)


def test_the_answer_says_what_the_target_said_and_how_long_it_took() -> None:
    aws = Clients()
    ticks = count(10.0, 0.25)

    answer = make(aws.stack, prepared(aws), lambda: next(ticks))

    ((function, kind, event),) = aws.functions.invoked
    assert (function, kind) == (MANIFEST.aliases["catalog"], "RequestResponse")
    assert event["trigger"]["run"] == "fresh"
    assert (answer.delivered, answer.status, answer.content, answer.run_key) == (True, 200, {"ok": True}, "v1.abc")
    assert timedelta(milliseconds=answer.milliseconds) == timedelta(seconds=0.25)


def test_a_call_that_failed_is_not_delivered() -> None:
    aws = Clients()
    aws.functions.answer = lambda event: (delivered(success=False, api_status=None, reason="timeout"), None)

    answer = make(aws.stack, prepared(aws), lambda: 0.0)

    assert (answer.delivered, answer.status, answer.reason) == (False, None, "timeout")


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (
            {"errorMessage": "Task timed out after 30 seconds", "errorType": "Sandbox.Timedout"},
            "Unhandled",
            "timed out",
        ),
        ({"errorMessage": "x"}, "Unhandled", "x"),
        (None, "Unhandled", "unreadable"),
        (None, None, "unreadable"),
        ({"statusCode": 200}, None, "unreadable"),
        ({"body": "no JSON"}, None, "unreadable"),
        ({"body": "[]"}, None, "unreadable"),
    ],
)
def test_a_function_that_ended_in_an_error_has_not_delivered(returned: Any, error: str | None, message: str) -> None:
    aws = Clients()
    aws.functions.answer = lambda event: (returned, error)

    answer = make(aws.stack, prepared(aws), lambda: 0.0)

    assert (answer.delivered, answer.reason) == (False, "function-error")
    assert message in str(answer.message)
