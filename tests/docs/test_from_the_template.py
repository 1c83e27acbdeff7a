"""docs/from-the-template.md: every row of its table is executed, and its sample prints what the page says."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from callback_api.handlers import PermanentError
from callback_api.settings import Settings
from callback_api.storage.sql.tables import tables_of
from callback_api.task import Status
from proxy.event import read_run
from schedule_client import (
    Auth,
    GroupNotFoundError,
    Request,
    RequestRefusedError,
    ScheduleClient,
    ScheduleError,
    ScheduleSettings,
    SettingsError,
    TimeError,
    UnavailableError,
)
from tests.callback_api.application import CALLBACK, INTERNAL, Handlers, running
from tests.docs.page import ROOT, blocks
from tests.infra.sample import sample_stack
from tests.schedule_client.aws import SETTINGS, Application, Clock, FakeScheduler
from tests.schedule_client.aws import answer as aws_answer

PAGE = (ROOT / "docs" / "from-the-template.md").read_text()
ROWS: dict[str, Callable[[Path], None]] = {}
LISTED = re.findall(r"^\| ([^|]+?) \|", PAGE, re.MULTILINE)[1:]
HALF_AN_HOUR = timedelta(minutes=30)
URL = Request(url="https://shop.example.com/x", method="PUT", params={"a": "1"}, body={"order": 7})


def row(name: str) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    def register(execute: Callable[[Path], None]) -> Callable[[Path], None]:
        ROWS[name] = execute
        return execute

    return register


def event_of(application: Application) -> dict[str, Any]:
    (made,) = application.aws.schedules.values()
    return json.loads(made["Target"]["Input"])


def test_every_row_is_executed() -> None:
    assert [name for name in LISTED if name != "---"] == list(ROWS)


@pytest.mark.parametrize("name", LISTED[1:])
def test_what_a_row_says_is_so(name: str, tmp_path: Path) -> None:
    ROWS[name](tmp_path)


@row("flow")
def flow(folder: Path) -> None:
    test = importlib.import_module("tests.journeys.test_mover_from_the_template")
    assert callable(test.test_the_template_moves_over_to_its_last_pending_call)


@row("helper class")
def helper(folder: Path) -> None:
    application = Application()
    application.aws.failures = [aws_answer("InternalServerException", status=500)]
    with pytest.raises(UnavailableError) as caught:
        application.client.schedule_once(URL, delay=HALF_AN_HOUR)
    assert isinstance(caught.value, ScheduleError)


@row("name to ARN")
def target(folder: Path) -> None:
    told = ScheduleSettings.from_environment(sample_stack().outputs["application_environments"]["billing"])
    assert told.target_arn.endswith("-proxy:billing")


@row("payload")
def payload(folder: Path) -> None:
    application = Application()
    application.client.schedule_once(replace(URL, auth=Auth("bearer", "shop-token")), delay=HALF_AN_HOUR)
    event = event_of(application)
    assert (event["target_url"], event["method"], event["params"], event["body"]) == (
        "https://shop.example.com/x",
        "PUT",
        {"a": "1"},
        {"order": 7},
    )
    with pytest.raises(RequestRefusedError, match=r"auth: \{type: bearer"):
        application.client.schedule_once(replace(URL, headers={"Authorization": "Bearer x"}), delay=HALF_AN_HOUR)


@row("one-time")
def one_time(folder: Path) -> None:
    application = Application()
    call = application.client.schedule_once(URL, delay=HALF_AN_HOUR, key="order-7")
    (made,) = application.aws.schedules.values()
    assert call.at == datetime(2027, 1, 5, 8, 31, tzinfo=UTC)
    assert (made["ActionAfterCompletion"], "DeadLetterConfig" in made["Target"]) == ("DELETE", True)
    assert made["Description"] == "PUT https://shop.example.com/x"


@row("recurring")
def recurring(folder: Path) -> None:
    application = Application()
    application.client.schedule_recurring(URL, cron="0 9 * * ? *", timezone="Asia/Seoul", key="digest")
    (made,) = application.aws.schedules.values()
    assert (made["ScheduleExpression"], made["ScheduleExpressionTimezone"]) == ("cron(0 9 * * ? *)", "Asia/Seoul")
    with pytest.raises(TimeError, match="0 9"):
        application.client.schedule_recurring(URL, cron="cron(0 9 * * ? *)")


@row("cancel")
def cancel(folder: Path) -> None:
    client = Application().client
    arn = client.schedule_once(URL, delay=HALF_AN_HOUR, key="order-7").arn
    assert (client.cancel(arn), client.cancel(arn), client.cancel("order-7")) == (True, False, False)
    with pytest.raises(SettingsError):
        client.cancel("arn:aws:lambda:eu-central-1:123456789012:function:x")
    with pytest.raises(GroupNotFoundError):
        ScheduleClient(replace(SETTINGS, group="gone"), client=GoneGroup()).cancel("order-7")


class GoneGroup:
    def delete_schedule(self, **_: str) -> None:
        raise aws_answer("ResourceNotFoundException", "Schedule group gone does not exist.", 404)


@row("service: schedule")
def service_schedules(folder: Path) -> None:
    with running(folder / "tasks.sqlite") as application:
        application.schedules.failures = 1
        task = application.schedule()
        assert application.task(task["id"])["schedule_arn"] is None
        application.clock.pass_(minutes=1)
        assert application.sweep()["outbox_done"] == 1
        assert application.task(task["id"])["schedule_arn"] is not None


@row("service: callback")
def service_calls_back(folder: Path) -> None:
    with running(folder / "tasks.sqlite") as application:
        task = application.schedule()["id"]
        application.handlers.trouble = RuntimeError()
        assert application.call_back(task).status_code == 503
        application.handlers.trouble = None
        assert [application.call_back(task).status_code for _ in range(2)] == [200, 200]
        assert len(application.handlers.calls) == 2


@row("POST /tasks/schedule")
def schedule_route(folder: Path) -> None:
    with running(folder / "tasks.sqlite", handlers=Handlers(default=True)) as application:
        made = application.ask("POST", "/api/v1/tasks/schedule", {"data": {"plan": 3}})
        assert (made.status_code, made.json()["scheduled_at"]) == (201, "2027-01-05T08:30:00Z")
        assert isinstance(made.json()["id"], str)


@row("POST /tasks/callback")
def callback_route(folder: Path) -> None:
    with running(folder / "tasks.sqlite") as application:
        body = {"task_id": 7, "user_id": 42, "plan": 3}
        assert application.ask("POST", CALLBACK, body, token=None).status_code == 401
        assert application.ask("POST", CALLBACK, body, INTERNAL).json()["type"] == "no-task"


@row("settings")
def settings(folder: Path) -> None:
    variables = "DATABASE_URL=x\nAUTH_TOKEN=t\nAWS_SQS_SECRET_ACCESS_KEY=s\napi_base_url=https://shop.example.com\n"
    (folder / ".env").write_text(variables)
    read = Settings.read(folder / ".env")
    assert read.internal_token == "t"
    assert set(read.template_variables()) == {"AWS_SQS_SECRET_ACCESS_KEY", "api_base_url"}


@row("Lambda")
def function(folder: Path) -> None:
    event = {"target_url": "https://shop.example.com/x", "method": "put", "params": {"a": "1"}}
    run = read_run(event, "shop", "request-1")
    assert (run.request.method, run.request.params, run.name) == ("PUT", {"a": "1"}, "PUT shop.example.com")


@row("deployment")
def deployment(folder: Path) -> None:
    functions = [each for (kind, _), each in sample_stack().resources.items() if kind == "aws:lambda/function:Function"]
    assert len(functions) == 2


@row("roles")
def roles(folder: Path) -> None:
    environments = sample_stack().outputs["application_environments"]
    assert environments["billing"]["SCHEDULER_TARGET_ROLE_ARN"].endswith("application-billing-role")


@row("table")
def table(folder: Path) -> None:
    named = {each.name for each in tables_of().metadata.sorted_tables} | {tables_of().version}
    assert named == {"callback_tasks", "callback_outbox", "callback_tokens", "callback_schema_version"}


@row("status")
def status(folder: Path) -> None:
    assert {each.value for each in Status} == {"SCHEDULED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"}


@row("scenarios")
def scenarios(folder: Path) -> None:
    for name in ("payment_reminder", "welcome_mail", "temporary_data"):
        assert (ROOT / "callback_api" / "examples" / f"{name}.py").is_file()
    assert issubclass(PermanentError, Exception)


@row("tips")
def tips(folder: Path) -> None:
    application = Application()
    with pytest.raises(TimeError, match="without a time zone"):
        application.client.schedule_once(URL, at=datetime(2027, 1, 6, 9))  # noqa: DTZ001 - the mistake


@row("check-list")
def check_list(folder: Path) -> None:
    told = sample_stack().outputs["application_environments"]["billing"]
    assert ScheduleSettings.from_environment(told).name_prefix == "billing-"
    assert (ROOT / "docs" / "testing.md").is_file()


def test_the_sample_lists_and_cancels_what_is_in_the_old_group() -> None:
    aws, clock = FakeScheduler(group="default"), Clock()
    aws.schedules["task-42-0badcafe"] = {
        "ScheduleExpression": "at(2027-01-05T09:00:00)",
        "Target": {"Arn": "arn:aws:lambda:eu-central-1:123456789012:function:API_CALL_LAMBDA"},
    }
    (sample,) = [block.text for block in blocks(PAGE) if block.language == "python"]
    (printed,) = [block.text for block in blocks(PAGE) if block.language == "text"]
    output = io.StringIO()
    client = partial(ScheduleClient, client=aws, clock=clock, sleep=clock.sleep)

    with contextlib.redirect_stdout(output):
        exec(sample, {"ScheduleClient": client, "settings": SETTINGS})

    assert output.getvalue() == printed
    assert aws.schedules == {}
