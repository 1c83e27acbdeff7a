"""What the template's applications and its pending schedules ask for, answered here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callback_api.handlers import PermanentError
from callback_api.schedules import NO_STACK, NoSchedules
from tests.callback_api.application import CALLBACK, INTERNAL, NOW, Application, Handlers, running

TABLE = """
create table scheduled_tasks (
    id integer primary key autoincrement, user_id integer not null, scheduled_at datetime not null,
    status varchar(9) not null, schedule_arn varchar(500), data json, created_at datetime, updated_at datetime)
"""
ROW = (
    "insert into scheduled_tasks values (7, 42, '2027-01-05 08:30:00', 'SCHEDULED', null, '{\"plan\": 3}', null, null)"
)


def moved(folder: Path, handlers: Handlers) -> Any:
    """An application that has taken over one pending task of the template's."""
    with sqlite3.connect(folder / "tasks.sqlite") as connection:
        connection.execute(TABLE)
        connection.execute(ROW)
    connection.close()
    return running(folder / "tasks.sqlite", handlers=handlers)


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with moved(tmp_path, Handlers(default=True)) as application:
        application.clock.now = NOW.replace(minute=31)
        yield application


def call_back(application: Application, **body: Any) -> Any:
    return application.ask("POST", CALLBACK, {"task_id": 7, "user_id": 42, "plan": 3} | body, INTERNAL)


def test_a_pending_schedule_of_the_template_has_its_task_done_by_the_default_handler(application: Application) -> None:
    answers = [call_back(application) for _ in range(2)]

    assert [answer.json() for answer in answers] == [{"task_id": "7", "status": "COMPLETED", "attempts": 1}] * 2
    (call,) = application.handlers.calls
    assert (call.task_id, call.data, call.attempt) == ("7", {"plan": 3}, 1)


def test_a_task_that_was_taken_over_is_called_by_a_schedule_of_ours_too(application: Application) -> None:
    assert application.sweep()["outbox_done"] == 1
    assert list(application.schedules.made.values()) == ["7"]

    assert application.call_back("7").status_code == 200
    assert call_back(application).status_code == 200
    assert len(application.handlers.calls) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [({"user_id": 43}, 404), ({"task_id": 8}, 404), ({"task_id": True}, 422), ({"user_id": "42"}, 422)],
)
def test_another_number_or_user_is_not_that_task(application: Application, body: dict[str, Any], status: int) -> None:
    answer = call_back(application, **body)

    assert (answer.status_code, application.handlers.calls) == (status, [])


def test_a_task_of_ours_is_not_called_in_the_template_s_form(application: Application) -> None:
    task = application.schedule()

    answer = application.ask("POST", CALLBACK, {"task_id": task["id"], "user_id": 1}, INTERNAL)

    assert (answer.status_code, answer.json()["detail"]) == (422, "body.user_id: Extra inputs are not permitted")


def test_without_a_default_handler_a_task_waits_for_the_deployment_that_brings_one(tmp_path: Path) -> None:
    handlers = Handlers()
    with moved(tmp_path, handlers) as application:
        application.clock.now = NOW.replace(minute=31)
        answer = call_back(application)
        assert answer.status_code == 503
        assert "@task(NAME, default=True)" in answer.json()["detail"]

        application.clock.pass_(hours=3)
        assert application.sweep()["given_up"] == 0
        assert application.task("7")["status"] == "SCHEDULED"

        handlers.registry.task("anything", default=True)(handlers.registry.get("record") or (lambda call: None))
        application.clock.pass_(minutes=1)
        assert call_back(application).json()["status"] == "COMPLETED"


def test_data_and_delay_are_enough_where_one_handler_is_the_default(application: Application) -> None:
    for body, minutes in (({"data": {"a": 1}, "delay_minutes": 5}, 36), ({"data": {"a": 1}}, 1)):
        answer = application.ask("POST", "/api/v1/tasks/schedule", body)
        assert (answer.status_code, answer.json()["task"]) == (201, "record")
        assert f":{minutes:02}:00Z" in answer.json()["scheduled_at"]


def test_without_a_default_handler_a_task_has_to_be_named(tmp_path: Path) -> None:
    with running(tmp_path / "tasks.sqlite") as application:
        answer = application.ask("POST", "/api/v1/tasks/schedule", {"data": {}})

    assert answer.status_code == 422
    assert answer.json()["detail"] == (
        "there is no default handler: name one in task; registered are: record, record-async"
    )


def test_without_a_stack_the_service_is_not_ready(tmp_path: Path) -> None:
    with running(tmp_path / "tasks.sqlite", schedules=NoSchedules()) as application:
        answer = application.ask("GET", "/ready", token=None)

    assert (answer.status_code, answer.json()["type"], answer.json()["detail"]) == (503, "no-stack", NO_STACK)


def test_a_permanent_failure_of_the_default_handler_ends_the_task(application: Application) -> None:
    application.handlers.trouble = PermanentError("no such plan")
    call_back(application)

    assert application.task("7")["status"] == "FAILED"
