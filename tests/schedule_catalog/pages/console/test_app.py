"""The console as its browser asks it: a deployed stack in doubles of AWS behind the real app."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from schedule_catalog.deployment.alarms import alarm_description
from schedule_catalog.operations import OperationError, PauseTarget, StackError, pause
from schedule_catalog.pages.console.app import console_app
from schedule_catalog.pages.console.desk import Desk, WantedCatalog
from schedule_catalog.pages.console.session import ConsoleSession
from schedule_catalog.problem import Problem, Severity
from schedule_catalog.settings import parse_settings
from tests.catalog_texts import checked
from tests.schedule_catalog.operations.aws import NAMES, NOW, delivered
from tests.schedule_catalog.operations.messages import by_proxy
from tests.schedule_catalog.operations.records import record
from tests.schedule_catalog.pages.console.site import (
    BASE,
    CATALOG,
    PAGE,
    TestClient,
    client_of,
    console,
    deployed,
    fields_of,
    text_of,
)


def test_the_board_shows_every_schedule_the_worst_first() -> None:
    aws = deployed()
    aws.scheduler.add("by-hand")
    shown = text_of(client_of(aws).get("/"))

    assert "failing 1 extra 1" in shown
    assert shown.index("nightly http-503") < shown.index("by-hand")
    assert "Mon 2026-11-23 00:00 Tue 2026-11-24 00:00 POST https://api.example.com/run" in shown


def test_filters_are_in_the_address() -> None:
    aws = deployed()
    aws.scheduler.add("by-hand")
    client = client_of(aws)

    assert "nightly" not in text_of(client.get("/rows?state=extra"))
    assert "by-hand" not in text_of(client.get("/rows?q=NIGHT"))
    assert "by-hand" not in text_of(client.get("/rows?owner=billing"))
    assert "No schedule matches." in text_of(client.get("/rows?q=nothing"))
    assert 'hx-get="/rows?state=extra"' in client.get("/?state=extra").text


def test_many_schedules_come_in_pages() -> None:
    aws = deployed()
    for number in range(450):
        aws.scheduler.add(f"by-hand-{number:03}")
    client = client_of(aws)

    assert "by-hand-449" not in text_of(client.get("/rows"))
    assert "by-hand-449" in text_of(client.get("/rows?page=5"))
    assert "451 of 451 schedules" in text_of(client.get("/rows?page=5"))


def test_a_schedule_shows_its_definition_its_fires_and_its_runs() -> None:
    shown = text_of(client_of(deployed()).get(PAGE))

    assert "Fires every day at 09:00 Expression cron(0 9 * * ? *) Time zone Asia/Seoul State enabled" in shown
    assert "Tue 2026-11-24 00:00" in shown
    assert "Mon 2026-11-23 00:00 UTC undelivered 1 attempt 503 http-503" in shown


def test_a_schedule_names_what_aws_has_otherwise_than_the_catalog() -> None:
    aws = deployed()
    aws.scheduler.add("nightly", ScheduleExpression="cron(0 8 * * ? *)", ScheduleExpressionTimezone="Asia/Seoul")
    aws.scheduler.add("nightly", NAMES.adhoc_group)
    client = client_of(aws)

    assert "expression cron(0 9 * * ? *) cron(0 8 * * ? *)" in text_of(client.get(PAGE))
    of_an_application = text_of(client.get(f"/schedules/{NAMES.adhoc_group}/nightly"))
    assert "Catalog not in the catalog" in of_an_application
    assert "Not as in the catalog" not in of_an_application


def test_a_schedule_that_is_gone_still_shows_its_runs_and_one_that_never_was_says_so() -> None:
    aws = deployed()
    del aws.scheduler.schedules[NAMES.catalog_group, "nightly"]
    client = client_of(aws)

    assert "not in AWS" in text_of(client.get(PAGE))
    assert "Run now" not in text_of(client.get(PAGE))
    answer = client.get(f"/schedules/{NAMES.catalog_group}/never")
    assert (answer.status_code, "neither in AWS nor in the run ledger" in text_of(answer)) == (409, True)
    assert client.get("/schedules/other/never").status_code == 409


def test_an_action_asks_first_says_what_it_does_and_then_does_it() -> None:
    aws = deployed()
    aws.functions.answer = lambda event: (delivered(api_status=204), None)
    client = client_of(aws)

    asked = client.post(f"{PAGE}/run")
    assert "Run it now? POST https://api.example.com/run of nightly, as a run of its own" in text_of(asked)
    assert aws.functions.invoked == []
    done = client.post(f"{PAGE}/run", data=fields_of(asked))
    assert "Delivered status 204" in text_of(done)
    ((_, _, event),) = aws.functions.invoked
    assert event["trigger"]["run"] == "fresh"


def test_a_question_is_answered_once_however_often_its_form_is_sent() -> None:
    aws = deployed()
    client = client_of(aws)
    asked = client.post(f"{PAGE}/run")

    client.post(f"{PAGE}/run", data=fields_of(asked))
    reloaded = client.post(f"{PAGE}/run", data=fields_of(asked))

    assert reloaded.status_code == 409
    assert "This question is closed it was already answered, and nothing was repeated" in text_of(reloaded)
    assert len(aws.functions.invoked) == 1
    client.post(f"{PAGE}/run", data=fields_of(client.post(f"{PAGE}/run")))
    assert len(aws.functions.invoked) == 2


def test_the_run_of_a_fire_is_made_under_its_own_key() -> None:
    aws = deployed()
    client = client_of(aws)

    asked = client.post(f"{PAGE}/run", data={"as_of": "2026-11-23T00:00:00Z"})
    assert "as the run of 2026-11-23T00:00:00Z, under its run key" in text_of(asked)
    client.post(f"{PAGE}/run", data=fields_of(asked))
    assert aws.functions.invoked[0][2]["trigger"]["run"] == "own"
    for wrong in ("yesterday", "0001-01-01T00:00Z", "9999-12-31T23:59Z"):
        assert client.post(f"{PAGE}/run", data={"as_of": wrong, "confirmed": wrong}).status_code == 409
    assert len(aws.functions.invoked) == 1


def test_a_call_and_a_replay_in_a_pause_say_so_before_they_are_made() -> None:
    aws = deployed()
    aws.scheduler.schedules[NAMES.catalog_group, "nightly"]["State"] = "DISABLED"
    by_proxy(aws, "one")
    pause(aws.stack, PauseTarget("all"), NOW + timedelta(hours=1), "upgrade", "kim", NOW)
    client = client_of(aws)

    run = text_of(client.post(f"{PAGE}/run"))
    replay = text_of(client.post("/undelivered", data={"action": "replay", "all": "1"}))
    drop = text_of(client.post("/undelivered", data={"action": "drop", "all": "1"}))

    said = "everything is paused until 2026-11-23 10:00:00 UTC: upgrade"
    assert f"it is disabled, so it does not fire by itself {said} this call is made all the same" in run
    assert f"{said}: 1 of these will wait" in replay
    assert said not in drop


def test_read_only_shows_everything_and_changes_nothing() -> None:
    aws = deployed()
    by_proxy(aws, "one")
    client = client_of(aws, read_only=True)

    assert "Run now" not in text_of(client.get(PAGE))
    assert "Replay" not in text_of(client.get("/undelivered"))
    assert client.post(f"{PAGE}/run", data={"confirmed": "1"}).status_code == 403
    assert client.post("/undelivered", data={"action": "drop", "id": "one", "confirmed": "1"}).status_code == 403
    assert aws.functions.invoked == []


def test_without_its_session_nothing_is_shown_and_nothing_happens() -> None:
    aws = deployed()
    client = client_of(aws, signed_in=False)

    for path in ("/", "/rows", PAGE, "/undelivered", "/undelivered/one", "/static/console.css", "/?token=guess"):
        answer = client.get(path)
        assert (answer.status_code, "nightly" in answer.text) == (403, False)
    assert client.post(f"{PAGE}/run", data={"confirmed": "1"}).status_code == 403
    assert aws.functions.invoked == []


def test_the_printed_address_works_once() -> None:
    session = ConsoleSession(8000)
    token = session.token
    assert token is not None

    cookie = session.open(token)

    assert cookie is not None
    assert "HttpOnly; SameSite=Strict" in cookie
    assert session.open(token) is None
    name, _, value = cookie.partition(";")[0].partition("=")
    assert session.admits({name: value})
    assert not session.admits({name: "x"})
    assert not session.admits({})


def test_a_cookie_of_another_program_on_this_machine_does_not_sign_the_browser_out() -> None:
    aws = deployed()
    app, address = console(aws, 8000)
    client = TestClient(app, base_url=BASE)
    own = client.get(address, follow_redirects=False).headers["Set-Cookie"].partition(";")[0]

    answer = client.get("/", headers={"Cookie": f'theirs={{"a": [1, 2]}}; {own}; more="x; y'})

    assert "nightly" in text_of(answer)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_a_foreign_page_is_refused_even_with_the_cookie(headers: dict[str, str], status: int) -> None:
    aws = deployed()
    client = client_of(aws)

    assert client.get("/", headers=headers).status_code == status
    assert client.post(f"{PAGE}/run", data={"confirmed": "1"}, headers=headers).status_code == status
    assert aws.functions.invoked == []


def test_text_from_outside_is_shown_and_not_obeyed() -> None:
    aws = deployed()
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    failed = replace(record("nightly", "2026-11-23T00:00:00Z"), state="undelivered", reason=evil, message=evil)
    aws.dynamodb.items = [failed.to_item()]
    client = client_of(aws)

    for path in ("/", PAGE):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
    assert client.get(f"/?q={evil}").text.count("<img") == 0


def test_no_page_may_load_or_send_anything_elsewhere() -> None:
    headers = client_of(deployed()).get("/").headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert headers["Cache-Control"] == "no-store"


def test_a_board_that_cannot_be_read_says_why() -> None:
    aws = deployed()
    client = client_of(aws)

    def fail(**_: Any) -> dict[str, Any]:
        raise StackError("no permission for scheduler:ListSchedules")

    aws.scheduler.list_schedules = fail
    answer = client.get("/")

    assert answer.status_code == 200
    assert "no permission for scheduler:ListSchedules" in text_of(answer)


def test_the_board_says_when_entries_are_omitted_and_reads_the_catalog_seldom() -> None:
    aws, loads = deployed(), list[int]()
    wrong = Problem("a.yaml", 1, 1, "key", Severity.ERROR, "unknown key")
    entries = checked(CATALOG, stack="prod", now=NOW).entries

    def load() -> WantedCatalog:
        loads.append(1)
        return WantedCatalog(entries, parse_settings("prod", {}), (wrong, wrong))

    asked: list[int] = []
    desk = Desk(aws.stack, NAMES, load, lambda: NOW + timedelta(seconds=3 * len(asked)))
    for _ in range(5):
        asked.append(1)
        assert desk.overview().errors == 2
    assert len(loads) == 1
    session = ConsoleSession(8000)
    client = TestClient(console_app(desk, session), base_url=BASE)
    assert "The catalog has 2 errors" in text_of(client.get(f"/?token={session.token}"))


def test_a_catalog_that_cannot_be_read_any_more_is_named_on_the_page() -> None:
    def fail() -> WantedCatalog:
        raise OperationError('there is no "schedules"')

    session = ConsoleSession(8000)
    desk = Desk(deployed().stack, NAMES, fail, lambda: NOW)
    client = TestClient(console_app(desk, session), base_url=BASE)

    assert 'there is no "schedules"' in text_of(client.get(f"/?token={session.token}"))


def test_a_stack_that_takes_long_to_read_shows_a_page_at_once_which_asks_again() -> None:
    aws, go = deployed(), threading.Event()
    ask = aws.scheduler.list_schedules

    def slowly(**asked: Any) -> dict[str, Any]:
        go.wait()
        return ask(**asked)

    aws.scheduler.list_schedules = slowly
    app, address = console(aws, 8000, patience_seconds=0.01)
    with TestClient(app, base_url=BASE) as client:
        shell = client.get(address)
        assert "Reading the schedules of the stack…" in text_of(shell)
        assert 'hx-get="/?" hx-trigger="load"' in shell.text
        go.set()
        while "Reading" in (shown := text_of(client.get("/"))):
            pass
        assert "nightly" in shown


def test_an_alarm_that_is_on_leads_from_the_board_to_its_runbook() -> None:
    aws = deployed()
    aws.cloudwatch.add(NAMES.of("undelivered"), alarm_description("calls wait for a person", "undelivered"))
    client = client_of(aws)

    board = client.get("/")
    assert "alarm undelivered : calls wait for a person since Mon 2026-11-23 09:00 UTC" in text_of(board)
    assert 'href="/alarms/undelivered"' in board.text
    assert "The undelivered queue has calls that wait for a person." in text_of(client.get("/alarms/undelivered"))
    assert client.get("/alarms/nothing").status_code == 404
    aws.cloudwatch.denied = True
    assert "AWS did not answer cloudwatch:DescribeAlarms" in text_of(client_of(aws).get("/"))
