from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NoReturn

import pytest

from schedule_client import (
    ConflictError,
    GroupNotFoundError,
    KeyReusedError,
    Request,
    RequestRefusedError,
    RoleError,
    ScheduledCall,
    ScheduleNotFoundError,
    SettingsError,
    TimeError,
)
from schedule_client.api import LateError
from tests.schedule_client.aws import NOW, REQUEST, SETTINGS, Application, answer

MINUTES = timedelta(minutes=1)
ASSUME = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."


def only(app: Application) -> dict[str, Any]:
    (schedule,) = app.aws.schedules.values()
    return schedule


def test_a_list_with_details_has_keys_and_times() -> None:
    application = Application()
    once = application.client.schedule_once(REQUEST, delay=timedelta(minutes=5), key="order-7")
    application.client.schedule_recurring(REQUEST, rate="1 day")

    plain = {(listed.key, listed.at) for listed in application.client.list()}
    detailed = {(listed.key, listed.at) for listed in application.client.list(details=True)}

    assert plain == {(None, None)}
    assert detailed == {("order-7", once.at), (None, None)}


def test_a_schedule_says_in_aws_what_it_calls_or_what_it_is_for() -> None:
    application = Application()
    by_default = application.client.schedule_once(REQUEST, delay=timedelta(minutes=5))
    url = Request(url="https://hooks.example.com/ping?token=x", method="GET")
    described = application.client.schedule_recurring(url, rate="5 minutes", description="d" * 600)
    query = application.client.schedule_once(url, delay=timedelta(minutes=5))

    found = {name: schedule["Description"] for name, schedule in application.aws.schedules.items()}
    assert found[by_default.name] == "POST billing/remind"
    assert found[query.name] == "GET https://hooks.example.com/ping"
    assert found[described.name] == "d" * 512


def test_a_call_is_a_schedule_that_removes_itself_and_keeps_what_never_arrived() -> None:
    app = Application()

    call = app.client.schedule_once(REQUEST, delay=30 * MINUTES)

    assert call.at == datetime(2027, 1, 5, 8, 31, tzinfo=UTC)
    assert call.created
    assert not call.late
    assert call.arn == SETTINGS.schedule_arn(call.name)
    schedule = only(app)
    event = json.loads(schedule["Target"].pop("Input"))
    assert schedule == {
        "State": "ENABLED",
        "Description": "POST billing/remind",
        "ScheduleExpression": "at(2027-01-05T08:31:00)",
        "ScheduleExpressionTimezone": "UTC",
        "ActionAfterCompletion": "DELETE",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": SETTINGS.target_arn,
            "RoleArn": SETTINGS.role_arn,
            "DeadLetterConfig": {"Arn": SETTINGS.dead_letter_arn},
            "RetryPolicy": {"MaximumRetryAttempts": 10, "MaximumEventAgeInSeconds": 900},
        },
    }
    assert (event["service"], event["path"], event["body"]) == ("billing", "/remind", {"order": 7})
    assert event["schedule"]["name"] == call.name


def test_a_time_of_another_zone_is_written_in_utc() -> None:
    app = Application()
    at = datetime(2027, 1, 5, 18, 0, tzinfo=timezone(timedelta(hours=9)))

    assert app.client.schedule_once(REQUEST, at=at).at == datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
    assert only(app)["ScheduleExpression"] == "at(2027-01-05T09:00:00)"


def test_two_calls_without_a_key_are_two() -> None:
    app = Application()

    names = {app.client.schedule_once(REQUEST, delay=MINUTES).name for _ in range(2)}

    assert set(app.aws.schedules) == names
    assert len(names) == 2


def test_a_key_makes_one_call_of_two_and_its_first_time_holds() -> None:
    app = Application()
    first = app.client.schedule_once(REQUEST, delay=30 * MINUTES, key="order-7")
    app.clock.sleep(240)

    second = app.client.schedule_once(REQUEST, delay=30 * MINUTES, key="order-7")

    assert second == replace(first, created=False)
    assert len(app.aws.schedules) == 1
    assert json.loads(only(app)["Target"]["Input"])["key"] == "order-7"


def test_a_key_with_another_request_tells_the_difference() -> None:
    app = Application()
    app.client.schedule_once(REQUEST, delay=MINUTES, key="order-7")

    with pytest.raises(KeyReusedError) as caught:
        app.client.schedule_once(replace(REQUEST, body={"order": 8}), delay=MINUTES, key="order-7")

    assert caught.value.key == "order-7"
    assert caught.value.differences == ("body.order is 7 there and 8 here",)


def test_a_key_with_another_instant_tells_the_difference() -> None:
    app = Application()
    app.client.schedule_once(REQUEST, at=NOW + 30 * MINUTES, key="order-7")

    with pytest.raises(KeyReusedError, match=r"it fires at 2027-01-05T08:31:00\+00:00 there"):
        app.client.schedule_once(REQUEST, at=NOW + 40 * MINUTES, key="order-7")


def test_a_key_with_the_same_instant_is_the_same_call_even_when_it_was_made_late() -> None:
    app = Application()
    at = NOW + timedelta(seconds=10)
    first = app.client.schedule_once(REQUEST, at=at, key="order-7")

    assert first.at == datetime(2027, 1, 5, 8, 2, tzinfo=UTC)
    assert app.client.schedule_once(REQUEST, at=at, key="order-7") == replace(first, created=False)


def test_a_key_whose_schedule_has_just_gone_is_scheduled_anew_for_the_proxy_to_tell() -> None:
    app = Application()
    app.aws.failures = [answer("ConflictException", status=409), answer("ResourceNotFoundException", status=404)]

    assert app.client.schedule_once(REQUEST, delay=MINUTES, key="order-7").created
    assert app.aws.calls == ["create", "get", "create"]


def test_a_send_repeated_by_boto3_itself_is_no_conflict() -> None:
    app = Application()
    client = app.client

    def lost_answer(**arguments: Any) -> NoReturn:
        type(app.aws).create_schedule(app.aws, **arguments)
        raise answer("ConflictException", status=409)

    app.aws.create_schedule = lost_answer
    assert client.schedule_once(REQUEST, delay=MINUTES).created


def test_a_role_that_is_still_spreading_is_waited_for_and_the_time_looked_at_again() -> None:
    app = Application()
    app.aws.failures = [answer("ValidationException", ASSUME)] * 15

    call = app.client.schedule_once(REQUEST, delay=timedelta())

    assert sum(app.clock.slept) == 45
    assert call.at == datetime(2027, 1, 5, 8, 2, tzinfo=UTC)
    assert not call.late

    app.aws.failures = [answer("ValidationException", ASSUME)] * 15
    late = app.client.schedule_once(REQUEST, delay=timedelta())
    assert late.late
    assert late.at == datetime(2027, 1, 5, 8, 3, tzinfo=UTC)


def test_a_role_that_nobody_can_assume_is_an_error_after_a_minute() -> None:
    app = Application()
    app.aws.failures = [answer("ValidationException", ASSUME)] * 100

    with pytest.raises(RoleError, match=r"cannot assume arn:aws:iam::123456789012:role/shop-adhoc"):
        app.client.schedule_once(REQUEST, delay=MINUTES)

    assert 60 <= sum(app.clock.slept) <= 66


def test_a_request_held_back_until_its_time_is_sent_with_a_later_one() -> None:
    app = Application()

    class HeldBackError(LateError):
        def __init__(self) -> None:
            app.clock.now += timedelta(seconds=100)

    original = app.aws.create_schedule
    held = iter([True, False])

    def create(**arguments: Any) -> dict[str, Any]:
        if next(held):
            raise HeldBackError
        return original(**arguments)

    app.aws.create_schedule = create
    call = app.client.schedule_once(REQUEST, delay=timedelta())

    assert (call.at, call.late) == (datetime(2027, 1, 5, 8, 3, tzinfo=UTC), True)


def test_what_the_checks_refuse_is_not_sent() -> None:
    app = Application()
    lower_case: Any = "post"
    request = Request(
        url="https://user:secret@x.example.com/", headers={"Authorization": "Bearer abc"}, method=lower_case
    )

    with pytest.raises(RequestRefusedError) as caught:
        app.client.schedule_once(request, delay=MINUTES)

    assert {finding.rule for finding in caught.value.findings} == {"method", "credential"}
    assert app.aws.calls == []


def test_reschedule_moves_the_time_and_leaves_everything_else() -> None:
    app = Application()
    call = app.client.schedule_once(REQUEST, delay=30 * MINUTES, key="order-7")
    before = dict(only(app))

    moved = app.client.reschedule("order-7", at=NOW + timedelta(hours=2))

    assert moved == replace(call, at=datetime(2027, 1, 5, 10, 1, tzinfo=UTC), created=False)
    assert only(app) == {**before, "ScheduleExpression": "at(2027-01-05T10:01:00)"}


def test_reschedule_of_what_has_fired_says_so() -> None:
    app = Application()

    with pytest.raises(ScheduleNotFoundError, match=r"it has fired or was cancelled"):
        app.client.reschedule("order-7", delay=MINUTES)


def test_reschedule_of_a_recurring_one_is_refused() -> None:
    app = Application()
    app.client.schedule_recurring(REQUEST, rate="5 minutes", key="poll")

    with pytest.raises(TimeError, match=r"recurs"):
        app.client.reschedule("poll", delay=MINUTES)


def test_a_conflict_in_passing_is_waited_out_and_one_that_stays_is_told() -> None:
    app = Application()
    call = app.client.schedule_once(REQUEST, delay=MINUTES)
    app.aws.failures = [answer("ConflictException", status=409)] * 2
    assert app.client.cancel(call)

    call = app.client.schedule_once(REQUEST, delay=MINUTES)
    app.aws.failures = [answer("ConflictException", status=409)] * 9
    with pytest.raises(ConflictError, match=r"try again"):
        app.client.cancel(call)


@pytest.mark.parametrize("reference", ["order-7", "arn", "call"])
def test_cancel_takes_a_key_an_arn_or_the_call_and_tells_whether_it_was_there(reference: str) -> None:
    app = Application()
    call = app.client.schedule_once(REQUEST, delay=MINUTES, key="order-7")
    given: str | ScheduledCall = {"order-7": "order-7", "arn": call.arn, "call": call}[reference]

    assert app.client.cancel(given)
    assert not app.client.cancel(given)


def test_an_arn_of_another_group_is_not_touched() -> None:
    app = Application()

    with pytest.raises(SettingsError, match=r'is in the group "other", but this client works in "shop-adhoc"'):
        app.client.cancel("arn:aws:scheduler:eu-central-1:123456789012:schedule/other/x")
    assert app.aws.calls == []


def test_get_tells_what_is_scheduled() -> None:
    app = Application()
    call = app.client.schedule_once(REQUEST, delay=30 * MINUTES, key="order-7")

    details = app.client.get("order-7")

    assert (details.name, details.at, details.enabled) == (call.name, call.at, True)
    assert details.event["body"] == {"order": 7}
    assert details.created_at == NOW


def test_list_reads_every_page_of_the_application_s_own() -> None:
    app = Application()
    for key in ("a-1", "a-2", "a-3", "b-1"):
        app.client.schedule_once(REQUEST, delay=MINUTES, key=key)
    app.aws.schedules["others-1"] = {}

    assert len(list(app.client.list())) == 4
    assert [listed.name[:10] for listed in app.client.list("a-")] == ["orders-a-1", "orders-a-2", "orders-a-3"]


def test_a_group_that_is_not_there_is_named() -> None:
    app = Application(settings=replace(SETTINGS, group="gone"))

    with pytest.raises(GroupNotFoundError, match=r'no schedule group "gone" in eu-central-1'):
        app.client.schedule_once(REQUEST, delay=MINUTES)


def test_a_recurring_call_has_no_key_in_its_event_since_each_of_its_runs_is_one() -> None:
    app = Application()

    call = app.client.schedule_recurring(REQUEST, cron="0 9 * * ? *", timezone="Asia/Seoul", key="daily")

    assert (call.at, call.created) == (None, True)
    schedule = only(app)
    assert "key" not in json.loads(schedule["Target"]["Input"])
    assert schedule["ScheduleExpression"] == "cron(0 9 * * ? *)"
    assert schedule["ScheduleExpressionTimezone"] == "Asia/Seoul"
    assert schedule["ActionAfterCompletion"] == "NONE"


def test_a_recurring_call_with_an_end_removes_itself() -> None:
    app = Application()

    app.client.schedule_recurring(REQUEST, rate="1 hours", start=NOW, end=NOW + timedelta(days=1))

    schedule = only(app)
    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert schedule["ScheduleExpression"] == "rate(1 hour)"
    assert schedule["EndDate"] == NOW + timedelta(days=1)


def test_the_key_of_a_recurring_call_is_one_schedule_or_an_error() -> None:
    app = Application()
    app.client.schedule_recurring(REQUEST, rate="5 minutes", key="poll")

    assert not app.client.schedule_recurring(REQUEST, rate="5 minutes", key="poll").created
    with pytest.raises(KeyReusedError, match=r"ScheduleExpression is \"rate\(5 minutes\)\" there"):
        app.client.schedule_recurring(REQUEST, rate="10 minutes", key="poll")
    with pytest.raises(KeyReusedError, match=r"body.order is 7 there and 9 here"):
        app.client.schedule_recurring(replace(REQUEST, body={"order": 9}), rate="5 minutes", key="poll")
