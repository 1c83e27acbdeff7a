"""What a caller may get wrong: always a ScheduleError, which says what to write, and nothing is sent."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import schedule_client
from schedule_client import (
    KeyReusedError,
    PermissionDeniedError,
    Request,
    RequestRefusedError,
    Retry,
    ScheduleClient,
    ScheduleError,
    TimeError,
)
from schedule_client.contract.finding import Finding
from tests.schedule_client.aws import NOW, REQUEST, Application

MINUTE = timedelta(minutes=1)
GAP = datetime(2027, 3, 28, 2, 30, tzinfo=ZoneInfo("Europe/Paris"))
LOCAL_MEAN_TIME = datetime(2027, 6, 1, 12, tzinfo=timezone(timedelta(hours=8, minutes=28), "LMT"))
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MISTAKES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "a number as delay": (lambda c: c.schedule_once(REQUEST, delay=30), r"delay is 30: give a timedelta"),
    "a text as time": (
        lambda c: c.schedule_once(REQUEST, at="2027-01-05"),
        r"at is '2027-01-05': give an aware datetime",
    ),
    "a number as key": (lambda c: c.schedule_once(REQUEST, delay=MINUTE, key=7), r"a key is a text, and this one is 7"),
    "no request": (lambda c: c.schedule_once({"url": "x"}, delay=MINUTE), r"dict is not a Request"),
    "no headers": (
        lambda c: c.schedule_once(REQUEST_WITH(headers=None), delay=MINUTE),
        r"headers: None is not a mapping",
    ),
    "a path of numbers": (lambda c: c.schedule_once(REQUEST_WITH(path=7), delay=MINUTE), r"path: 7 is not a text"),
    "retry as a number": (lambda c: c.schedule_once(REQUEST_WITH(retry=3), delay=MINUTE), r"retry: 3 is not Retry"),
    "a body of bytes": (lambda c: c.schedule_once(REQUEST_WITH(body=b"x"), delay=MINUTE), r"cannot be written as JSON"),
    "a form of texts": (
        lambda c: c.schedule_once(REQUEST_WITH(form="a=1"), delay=MINUTE),
        r"form: 'a=1' is not a mapping",
    ),
    "a form in a form": (
        lambda c: c.schedule_once(REQUEST_WITH(form={"a": {"b": 1}}), delay=MINUTE),
        r"form\.a: a value here",
    ),
    "a text of bytes": (lambda c: c.schedule_once(REQUEST_WITH(text=b"x"), delay=MINUTE), r"text: b'x' is not a text"),
    "an empty text": (
        lambda c: c.schedule_once(REQUEST_WITH(text=""), delay=MINUTE),
        r"text: '' is not a text: leave it out",
    ),
    "two bodies": (lambda c: c.schedule_once(REQUEST_WITH(text="x", form={"a": 1}), delay=MINUTE), r'beside "form"'),
    "a mapping as a form": (
        lambda c: c.schedule_once(REQUEST_WITH(body={"a": 1}, headers=FORM), delay=MINUTE),
        r'write "form" instead',
    ),
    "a lower-case method": (lambda c: c.schedule_once(REQUEST_WITH(method="post"), delay=MINUTE), r"one of GET"),
    "a local mean time": (
        lambda c: c.schedule_once(REQUEST, at=LOCAL_MEAN_TIME),
        r"no time zone has today: .*localize",
    ),
    "a time in a gap": (
        lambda c: c.schedule_once(REQUEST, at=GAP),
        r"Europe/Paris leaves out.*write 2027-03-28T03:30:00",
    ),
    "a time in a gap to move to": (lambda c: c.reschedule("k", at=GAP), r"leaves out"),
    "the end of time": (
        lambda c: c.schedule_once(REQUEST, at=datetime.max.replace(tzinfo=timezone(-MINUTE * 60))),
        "reach",
    ),
    "cron as a number": (lambda c: c.schedule_recurring(REQUEST, cron=5), r"cron is 5: give a text"),
    "rate as a timedelta": (
        lambda c: c.schedule_recurring(REQUEST, rate=MINUTE),
        r"rate is .*write a number and minutes",
    ),
    "a zone as an object": (
        lambda c: c.schedule_recurring(REQUEST, rate="1 day", timezone=UTC),
        r"give the name of a zone",
    ),
    "a zone that is none": (
        lambda c: c.schedule_recurring(REQUEST, rate="1 day", timezone="Asia/Soul"),
        r'timezone is "Asia/Soul", which is not a zone',
    ),
    "a zone that is a path": (
        lambda c: c.schedule_recurring(REQUEST, rate="1 day", timezone="../etc/passwd"),
        r"which is not a zone",
    ),
    "a start that is a text": (lambda c: c.schedule_recurring(REQUEST, rate="1 day", start="x"), r"start is 'x'"),
    "a reference that is a number": (lambda c: c.get(7), r"a key is a text"),
    "a reference that is nothing": (lambda c: c.cancel(None), r"a key is a text"),
    "no rate for many": (lambda c: c.schedule_many([], per_second=0), r"per_second is 0"),
    "no threads for many": (lambda c: c.schedule_many([], concurrency=True), r"concurrency is True"),
    "no time": (lambda c: c.cancel("k", timeout=0), r"timeout is 0: give seconds above 0"),
    "a timedelta as timeout": (lambda c: c.get("k", timeout=MINUTE), r"timeout is .*timeout=2.5"),
}


def REQUEST_WITH(**members: Any) -> Request:  # noqa: N802 - a constant, but for what is wrong with it
    return Request(**{"service": "billing", "path": "/x", **members})


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_a_schedule_error_that_says_what_to_write(mistake: str) -> None:
    application = Application()
    make, said = MISTAKES[mistake]

    with pytest.raises(ScheduleError, match=said):
        make(application.client)
    assert application.aws.calls == []


@pytest.mark.parametrize(
    "at",
    [
        datetime(2027, 10, 31, 2, 30, tzinfo=ZoneInfo("Europe/Paris")),
        datetime(2027, 10, 31, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1),
        datetime(2027, 6, 1, 12, tzinfo=ZoneInfo("Asia/Kathmandu")),
        datetime(2027, 6, 1, 12, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
    ],
)
def test_a_time_that_a_clock_shows_is_taken(at: datetime) -> None:
    call = Application().client.schedule_once(REQUEST, at=at)

    assert call.at == at.astimezone(UTC)


def errors() -> list[ScheduleError]:
    simple = [
        getattr(schedule_client, name)("what is wrong")
        for name in schedule_client.__all__
        if name.endswith("Error") and name not in ("KeyReusedError", "PermissionDeniedError", "RequestRefusedError")
    ]
    return [
        *simple,
        KeyReusedError("k", ["it differs"]),
        PermissionDeniedError("no", "scheduler:GetSchedule", "arn"),
        RequestRefusedError("no", [Finding(("url",), "url", "is none")]),
    ]


@pytest.mark.parametrize("error", errors(), ids=lambda error: type(error).__name__)
def test_an_error_can_be_pickled(error: ScheduleError) -> None:
    again = pickle.loads(pickle.dumps(error))

    assert (type(again), str(again), again.__dict__) == (type(error), str(error), error.__dict__)


def test_mappings_and_sequences_of_any_kind_are_a_body() -> None:
    from types import MappingProxyType

    application = Application()
    body = MappingProxyType({"orders": (1, 2), "by": MappingProxyType({"name": "ada"})})
    params: Any = MappingProxyType({"tag": ("a", "b")})
    call = application.client.schedule_once(Request(service="a", path="/b", body=body, params=params), delay=MINUTE)

    event = application.client.get(call).event
    assert (event["body"], event["params"]) == ({"orders": [1, 2], "by": {"name": "ada"}}, {"tag": ["a", "b"]})


def test_a_retry_of_a_request_is_one(tmp_path: Any) -> None:
    application = Application()

    assert (
        application.client.schedule_once(REQUEST_WITH(retry=Retry(max_attempts=2)), delay=MINUTE).at
        == NOW.replace(second=0) + 2 * MINUTE
    )
    with pytest.raises(TimeError):
        ScheduleClient(application.settings, client=application.aws).schedule_once(REQUEST, delay=-MINUTE)
