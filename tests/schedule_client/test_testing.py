from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schedule_client import PlannedCall, Request, ScheduleNotFoundError
from schedule_client.contract.run_keys import call_run_key
from schedule_client.testing import SETTINGS, START, MemoryScheduler
from tests.docs.page import ROOT, blocks

pytest_plugins = ["pytester"]
REQUEST = Request(service="shop", path="/remind", body={"order": 7}, headers={"X-Team": "shop"})
MINUTE = timedelta(minutes=1)


def test_a_call_fires_once_in_its_minute_and_is_gone() -> None:
    scheduler = MemoryScheduler()
    client = scheduler.client()
    made = client.schedule_once(REQUEST, delay=30 * MINUTE, key="order-7")

    assert scheduler.advance(minutes=29) == []
    (call,) = scheduler.advance(minutes=1)

    assert (call.at, call.at, call.key) == (START + 30 * MINUTE, made.at, "order-7")
    assert (call.service, call.target, call.method, call.body) == ("shop", "/remind", "POST", {"order": 7})
    assert call.headers["webhook-id"] == call_run_key("shop", SETTINGS.group, "order-7")
    assert (call.headers["X-Team"], call.headers["X-Scheduled-Time"]) == ("shop", "2027-01-05T08:30:00Z")
    assert scheduler.advance(days=1) == []
    with pytest.raises(ScheduleNotFoundError):
        client.get("order-7")


def test_a_form_and_a_text_fire_as_they_were_given() -> None:
    scheduler = MemoryScheduler()
    client = scheduler.client()
    contents: tuple[dict[str, Any], ...] = ({"form": {"order": (7, 8)}}, {"text": "a\n"})
    for content in contents:
        client.schedule_once(Request(service="shop", path="/remind", **content), delay=MINUTE)

    calls = scheduler.advance(minutes=1)

    assert [(call.body, call.form, call.text) for call in calls] == [
        (None, {"order": [7, 8]}, None),
        (None, None, "a\n"),
    ]


def test_moved_cancelled_and_listed_calls_are_as_in_aws() -> None:
    scheduler = MemoryScheduler()
    client = scheduler.client()
    for key in ("a", "b"):
        client.schedule_once(REQUEST, delay=10 * MINUTE, key=key)
    client.reschedule("a", delay=20 * MINUTE)
    assert (client.cancel("b"), client.cancel("b")) == (True, False)
    assert not client.schedule_once(REQUEST, delay=MINUTE, key="a").created
    assert [listed.enabled for listed in client.list()] == [True]

    assert [call.at for call in scheduler.advance(hours=1)] == [START + 20 * MINUTE]


def test_a_rate_fires_from_its_start_to_its_end_and_is_gone() -> None:
    scheduler = MemoryScheduler()
    client = scheduler.client()
    client.schedule_recurring(REQUEST, rate="5 minutes", key="now", end=START + 12 * MINUTE)
    client.schedule_recurring(REQUEST, rate="1 hour", key="later", start=START + 2 * MINUTE)
    client.schedule_recurring(REQUEST, rate="5 minutes", key="since", start=START - 2 * MINUTE, end=START + 4 * MINUTE)

    fired = [*scheduler.advance(minutes=0), *scheduler.advance(minutes=7), *scheduler.advance(minutes=30)]

    at = [(call.name.removeprefix("shop-").partition("-")[0], (call.at - START) // MINUTE) for call in fired]
    assert at == [("now", 0), ("later", 2), ("since", 3), ("now", 5), ("now", 10)]
    assert len({call.headers["Idempotency-Key"] for call in fired}) == 5
    assert [listed.name.removeprefix("shop-").partition("-")[0] for listed in client.list()] == ["later"]


def test_a_rate_that_is_created_again_begins_again() -> None:
    scheduler = MemoryScheduler()
    client = scheduler.client()
    client.schedule_recurring(REQUEST, rate="10 minutes", key="r")
    scheduler.advance(minutes=14)
    client.cancel("r")
    scheduler.advance(hours=1)

    client.schedule_recurring(REQUEST, rate="10 minutes", key="r")

    assert [call.at - START for call in scheduler.advance(minutes=12)] == [74 * MINUTE, 84 * MINUTE]


def test_a_cron_says_where_to_try_it() -> None:
    scheduler = MemoryScheduler()
    scheduler.client().schedule_recurring(REQUEST, cron="0 9 * * ? *", key="c")

    with pytest.raises(NotImplementedError, match="schedules dev"):
        scheduler.advance(days=1)


def test_many_calls_are_scheduled_while_the_clock_stands_still() -> None:
    scheduler = MemoryScheduler()
    plans = [PlannedCall(request=REQUEST, delay=MINUTE, key=str(number)) for number in range(50)]

    results = scheduler.client().schedule_many(plans, per_second=10)

    assert scheduler.now == START
    assert {result.call.at for result in results if result.call is not None} == {START + MINUTE}
    assert len(scheduler.advance(minutes=1)) == 50


def test_the_page_s_test_passes_in_an_application_s_own_pytest(pytester: pytest.Pytester) -> None:
    (test,) = [
        block.text for block in blocks((ROOT / "docs" / "testing.md").read_text()) if block.title == "test_reminders.py"
    ]
    head, plugins, rest = test.partition('pytest_plugins = ["schedule_client.pytest_fixtures"]\n')
    pytester.makeconftest(plugins)
    pytester.makepyfile(test_reminders=head + rest)

    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly").assert_outcomes(passed=1)


def test_the_page_s_sample_of_signatures_prints_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    page = list(blocks((ROOT / "docs" / "testing.md").read_text()))
    (sample,) = [block.text for block in page if block.language == "python" and not block.title]
    (printed,) = [block.text for block in page if block.language == "text"]
    names: dict[str, Any] = {}

    exec(sample, names)

    assert capsys.readouterr().out == printed
