from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from callback_api.handlers import Call, PermanentError
from tests.callback_api.application import CALLBACK, INTERNAL, Application, engine_of, running

BOTH = pytest.mark.parametrize("name", ["record", "record-async"])


@BOTH
def test_a_task_is_done_once_however_often_it_is_called(application: Application, name: str) -> None:
    task = application.schedule(name, data={"user": 7})["id"]

    answers = [application.call_back(task) for _ in range(3)]

    assert [(answer.status_code, answer.json()["status"]) for answer in answers] == [(200, "COMPLETED")] * 3
    (call,) = application.handlers.calls
    assert (call.task_id, call.run_key, call.data, call.attempt) == (task, "v1.first", {"user": 7}, 1)
    assert application.task(task)["result"] == {"seen": {"user": 7}}


@BOTH
def test_a_failure_is_worth_another_call_and_the_task_waits_for_it(application: Application, name: str) -> None:
    task = application.schedule(name)["id"]
    application.handlers.trouble = RuntimeError("mail server down")

    first, second = application.call_back(task), application.call_back(task)
    failed = application.task(task)
    application.handlers.trouble = None
    third = application.call_back(task)

    assert [first.status_code, second.status_code, third.status_code] == [503, 503, 200]
    assert [first.headers["Retry-After"], second.headers["Retry-After"]] == ["5", "10"]
    assert "Webhook-Retry" not in first.headers
    assert "mail server down" not in first.text + str(failed)
    assert (failed["status"], failed["error"]) == ("SCHEDULED", "RuntimeError: the service's log has the details")
    assert third.json() == {"task_id": task, "status": "COMPLETED", "attempts": 3}


@BOTH
def test_a_handler_that_ends_the_process_has_failed_as_any_other(application: Application, name: str) -> None:
    task = application.schedule(name)["id"]
    application.handlers.trouble = SystemExit(3)

    first = application.call_back(task)
    failed = application.task(task)
    application.handlers.trouble = None

    assert (first.status_code, first.headers["Retry-After"]) == (503, "5")
    assert (failed["status"], failed["error"]) == ("SCHEDULED", "the handler ended the process (SystemExit)")
    assert application.call_back(task).json()["status"] == "COMPLETED"


def test_a_call_that_a_move_has_overtaken_is_answered_and_does_nothing(application: Application) -> None:
    task = application.schedule(delay_minutes=30)
    call = {"task_id": task["id"], "scheduled_at": "2027-01-05T08:20:00Z"}

    overtaken = application.ask("POST", CALLBACK, call, INTERNAL)
    own = application.ask("POST", CALLBACK, call | {"scheduled_at": task["scheduled_at"]}, INTERNAL)

    assert (overtaken.status_code, overtaken.json()["status"]) == (200, "SCHEDULED")
    assert own.status_code == 425
    assert application.handlers.calls == []


@BOTH
def test_a_permanent_failure_is_delivered_each_time(application: Application, name: str) -> None:
    task = application.schedule(name)["id"]
    application.handlers.trouble = PermanentError("no such user")

    answers = [application.call_back(task) for _ in range(2)]

    assert [(answer.status_code, answer.json()["status"]) for answer in answers] == [(200, "FAILED")] * 2
    assert len(application.handlers.calls) == 1
    assert (application.task(task)["status"], application.task(task)["error"]) == ("FAILED", "no such user")


@pytest.mark.parametrize("trouble", [RuntimeError("x"), PermanentError("x"), None])
def test_what_a_handler_writes_is_kept_only_with_its_success(tmp_path: Path, trouble: Exception | None) -> None:
    with running(tmp_path / "tasks.sqlite") as application:

        @application.handlers.registry.task("write")
        def write(call: Call) -> None:
            call.connection.execute(text("create table if not exists effect (id text)"))
            call.connection.execute(text("insert into effect values (:id)"), {"id": call.task_id})
            if trouble is not None:
                raise trouble

        application.call_back(application.schedule("write")["id"])

        with engine_of(application.service.store).connect() as connection:
            tables = connection.execute(text("select count(*) from sqlite_master where name = 'effect'")).scalar()
    assert tables == (trouble is None)


def test_no_traceback_leaves_the_service(application: Application) -> None:
    task = application.schedule()["id"]
    application.handlers.trouble = RuntimeError("secret\0 " + "x" * 5000)

    answer = application.call_back(task)

    assert answer.status_code == 503
    assert "Traceback" not in answer.text
    assert "line " not in answer.text
    assert len(application.task(task)["error"]) <= 500


@pytest.mark.parametrize("result", [object(), float("nan"), {1, 2}, "\ud800"])
def test_a_result_that_is_no_json_is_a_failure(application: Application, result: object) -> None:
    application.handlers.registry.task("odd")(lambda call: result)

    assert application.call_back(application.schedule("odd")["id"]).status_code == 503


def test_an_entry_of_the_catalog_makes_and_does_a_task_once_for_each_run(application: Application) -> None:
    def call(run_key: str, data: int = 1) -> int:
        body = {"task": "record", "data": data}
        return application.ask("POST", CALLBACK, body, INTERNAL, webhook_id=run_key).status_code

    assert [call("v1.monday"), call("v1.monday"), call("v1.tuesday")] == [200, 200, 200]
    assert [made.run_key for made in application.handlers.calls] == ["v1.monday", "v1.tuesday"]
    assert call("v1.monday", data=2) == 422
    assert application.sweep()["outbox_done"] == 2
    assert application.schedules.made == {}, "the catalog's own schedule calls again"


def test_an_unknown_task_or_handler_is_not_worth_another_call(application: Application) -> None:
    for body in ({"task_id": "none"}, {"task": "nobody"}):
        answer = application.ask("POST", CALLBACK, body, INTERNAL)
        assert answer.status_code in (404, 422)
        assert answer.headers["Webhook-Retry"] == "no"


def test_a_task_whose_handler_is_gone_fails_and_can_be_done_after_a_deployment(tmp_path: Path) -> None:
    with running(tmp_path / "tasks.sqlite") as before:
        before.handlers.registry.task("old")(lambda call: None)
        task = before.schedule("old")["id"]
    with running(tmp_path / "tasks.sqlite") as after:
        assert after.call_back(task).json()["status"] == "FAILED"
        after.handlers.registry.task("old")(lambda call: None)
        assert after.ask("POST", f"/api/v1/tasks/{task}/retry").status_code == 200
        assert after.call_back(task).status_code == 200


def test_a_second_call_is_told_to_come_back_while_the_first_is_at_it(application: Application) -> None:
    began, go_on = threading.Event(), threading.Event()

    @application.handlers.registry.task("wait")
    def wait(call: Call) -> None:
        began.set()
        assert go_on.wait(10)

    task = application.schedule("wait")["id"]
    first = threading.Thread(target=application.call_back, args=(task,))
    first.start()
    assert began.wait(10)

    second = application.call_back(task)
    cancelled = application.ask("DELETE", f"/api/v1/tasks/{task}")
    go_on.set()
    first.join()

    assert (second.status_code, second.json()["type"], second.headers["Retry-After"]) == (503, "task-busy", "36")
    assert cancelled.status_code == 409
    assert application.task(task)["status"] == "COMPLETED"


def test_cancel_and_callback_race_and_one_of_them_wins(application: Application) -> None:
    tasks = [application.schedule()["id"] for _ in range(20)]

    def cancel(task: str) -> None:
        application.ask("DELETE", f"/api/v1/tasks/{task}")

    threads = [threading.Thread(target=act, args=(task,)) for task in tasks for act in (cancel, application.call_back)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    done = {call.task_id for call in application.handlers.calls}
    states = {task: application.task(task)["status"] for task in tasks}
    assert states == {task: "COMPLETED" if task in done else "CANCELLED" for task in tasks}
    assert len(application.handlers.calls) == len(done)


@pytest.mark.parametrize("size", [1000, 1001])
def test_a_body_is_read_to_its_limit_alone(tmp_path: Path, size: int) -> None:
    body = '{"task": "record", "data": "' + "x" * (size - 30) + '"}'
    with running(tmp_path / "tasks.sqlite", max_body_bytes=1000) as application:
        headers = {"Authorization": f"Bearer {INTERNAL}", "Content-Type": "application/json"}
        answer = application.client.post(CALLBACK, content=body, headers=headers)
    assert len(body) == size
    assert answer.status_code == (200 if size == 1000 else 413)
    assert answer.headers["Content-Type"] == ("application/json" if size == 1000 else "application/problem+json")
