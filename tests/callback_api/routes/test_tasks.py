from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from callback_api.handlers import PermanentError
from callback_api.task import Status
from tests.callback_api.application import ADA, BOB, NOW, ROOT, Application

SCHEDULE = "/api/v1/tasks/schedule"
LONE = '{"task": "record", "delay_minutes": 1, "data": {"\\ud800": 1}}'


def test_a_task_is_scheduled_for_its_time_and_its_schedule_is_made_after_the_commit(application: Application) -> None:
    answer = application.ask("POST", SCHEDULE, {"task": "record", "data": {"user": 7}, "delay_minutes": 30})

    task = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/tasks/{task['id']}"
    assert (task["status"], task["user_id"], task["data"]) == ("SCHEDULED", "ada", {"user": 7})
    assert datetime.fromisoformat(task["scheduled_at"]) == NOW + timedelta(minutes=30)
    assert list(application.schedules.made.values()) == [task["id"]]
    assert application.task(task["id"])["schedule_arn"].startswith("arn:")


@pytest.mark.parametrize("how", ["body", "header"])
def test_a_key_makes_asking_again_safe(application: Application, how: str) -> None:
    body: dict[str, Any] = {"task": "record", "delay_minutes": 1, **({"key": "k"} if how == "body" else {})}
    headers = {"Idempotency_Key": "k"} if how == "header" else {}

    answers = [application.ask("POST", SCHEDULE, body, **headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(application.schedules.made) == 1


def test_a_key_is_the_users_own(application: Application) -> None:
    assert application.schedule(key="k")["id"] != application.schedule(key="k", token=BOB)["id"]


@pytest.mark.parametrize(
    ("data", "other"), [(1, 2), ({"amount": 1}, {"amount": True}), ({"amount": True}, {"amount": 1.0})]
)
def test_a_key_of_another_task_is_refused(application: Application, data: Any, other: Any) -> None:
    application.schedule(key="k", data=data)

    answer = application.ask("POST", SCHEDULE, {"task": "record", "data": other, "delay_minutes": 1, "key": "k"})

    assert (answer.status_code, answer.json()["type"]) == (422, "key-reused")


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({}, "exactly one"),
        ({"delay_minutes": 1, "at": "2030-01-01T00:00:00Z"}, "exactly one"),
        ({"delay_minutes": 0}, "delay_minutes"),
        ({"delay_minutes": 1e300}, "delay_minutes"),
        ({"at": "2030-01-01T00:00:00"}, "offset"),
        ({"at": "4070908800"}, "is not a time"),
        ({"delay_minutes": True}, "delay_minutes"),
        ({"delay_minutes": "30"}, "delay_minutes"),
        ({"at": 1900000000}, "RFC 3339"),
        ({"at": "2027-01-05T08:00:00Z"}, "passed"),
        ({"at": "2199-01-05T08:00:00Z"}, "2198"),
        ({"delay_minutes": 1, "task": "nobody"}, "registered are: record"),
        ({"delay_minutes": 1, "delay": 1}, "delay"),
        ({"delay_minutes": 1, "key": "a b"}, "key"),
    ],
)
def test_what_cannot_be_scheduled_is_refused_with_the_reason(
    application: Application, members: dict[str, Any], said: str
) -> None:
    answer = application.ask("POST", SCHEDULE, {"task": "record", **members})

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert application.schedules.made == {}


@pytest.mark.parametrize("text", ['{"task": "record", "delay_minutes": 1, "data": NaN}', "[" * 5000, "{", LONE])
def test_a_body_that_no_store_can_keep_is_refused(application: Application, text: str) -> None:
    headers = {"Authorization": f"Bearer {ADA}", "Content-Type": "application/json"}

    assert application.client.post(SCHEDULE, content=text, headers=headers).status_code in (400, 422)


def test_data_may_be_nested_to_a_depth(application: Application) -> None:
    def nested(depth: int) -> Any:
        return [nested(depth - 1)] if depth else []

    assert application.ask("POST", SCHEDULE, {"task": "record", "delay_minutes": 1, "data": nested(49)}).is_success
    answer = application.ask("POST", SCHEDULE, {"task": "record", "delay_minutes": 1, "data": nested(50)})
    assert (answer.status_code, "deeper" in answer.json()["detail"]) == (422, True)


def test_a_task_of_somebody_else_is_as_unknown_as_none(application: Application) -> None:
    task = application.schedule()["id"]

    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/retry")):
        answer = application.ask(method, f"/api/v1/tasks/{task}{path}", token=BOB)
        assert answer.status_code == 404, method
        nobodys = application.ask(method, f"/api/v1/tasks/none{path}", token=BOB)
        assert answer.json()["type"] == nobodys.json()["type"] == "no-task"
    assert application.ask("GET", f"/api/v1/tasks/{task}", token=ROOT).status_code == 200


def test_a_cancelled_task_loses_its_schedule_and_is_never_done(application: Application) -> None:
    task = application.schedule()["id"]

    cancelled = application.ask("DELETE", f"/api/v1/tasks/{task}")
    called = application.call_back(task)

    assert cancelled.json()["status"] == "CANCELLED"
    assert application.schedules.made == {}
    assert (called.status_code, called.json()["status"]) == (200, "CANCELLED")
    assert application.handlers.calls == []
    assert application.ask("DELETE", f"/api/v1/tasks/{task}").status_code == 200


def test_a_task_that_was_done_cannot_be_cancelled(application: Application) -> None:
    task = application.schedule()["id"]
    application.call_back(task)

    answer = application.ask("DELETE", f"/api/v1/tasks/{task}")

    assert (answer.status_code, answer.json()["type"]) == (409, "wrong-state")


def test_only_a_failed_task_is_done_again_and_under_another_key(application: Application) -> None:
    task = application.schedule()
    assert application.ask("POST", f"/api/v1/tasks/{task['id']}/retry").status_code == 409
    _fail_for_good(application, task["id"])
    application.clock.pass_(minutes=5)

    answer = application.ask("POST", f"/api/v1/tasks/{task['id']}/retry")

    assert (answer.status_code, answer.json()["status"]) == (200, "SCHEDULED")
    assert len(application.schedules.made) == 2, "what was delivered under a key is not delivered again"
    assert application.call_back(task["id"], "v1.second").json()["status"] == "COMPLETED"


def test_a_listing_goes_on_where_the_page_before_ended(application: Application) -> None:
    ids: list[str] = []
    for _ in range(5):
        ids.append(application.schedule()["id"])
        application.clock.pass_(seconds=1)

    seen: list[str] = []
    cursor = ""
    while True:
        page = application.ask("GET", f"/api/v1/tasks?limit=2{cursor and f'&cursor={cursor}'}").json()
        seen += [task["id"] for task in page["tasks"]]
        if (cursor := page["next_cursor"]) is None:
            break

    assert seen == ids[::-1]


def test_a_listing_is_of_ones_own_tasks_and_an_administrators_of_all(application: Application) -> None:
    mine, theirs = application.schedule()["id"], application.schedule(token=BOB)["id"]
    application.ask("DELETE", f"/api/v1/tasks/{mine}")

    def listed(query: str, token: str) -> set[str]:
        return {task["id"] for task in application.ask("GET", f"/api/v1/tasks?{query}", token=token).json()["tasks"]}

    assert listed("", ADA) == {mine}
    assert listed("user_id=ada", ADA) == {mine}
    assert listed("", ROOT) == {mine, theirs}
    assert listed("user_id=bob", ROOT) == {theirs}
    assert listed(f"status={Status.CANCELLED}", ROOT) == {mine}
    assert application.ask("GET", "/api/v1/tasks?user_id=bob").status_code == 403


def test_a_listing_is_of_a_task_and_of_a_span_of_time_in_its_order(application: Application) -> None:
    late, soon = (application.schedule(delay_minutes=minutes) for minutes in (60, 30))
    name, due = late["task"], late["scheduled_at"]

    def listed(query: str) -> list[str]:
        return [each["id"] for each in application.ask("GET", f"/api/v1/tasks?{query}").json()["tasks"]]

    assert listed("order=due") == [soon["id"], late["id"]]
    assert set(listed(f"task={name}")) == {soon["id"], late["id"]}
    assert listed(f"except_task={name}") == []
    assert listed(f"due_from={due}") == [late["id"]]
    assert listed(f"due_to={due}") == [soon["id"]]


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "status=LOST", "cursor=x", "user_id=%00", "task=%00", "except_task=%00"),
        *("order=oldest", "due_from=2027-01-05T08:00:00", "due_to=tomorrow"),
    ],
)
def test_a_listing_that_cannot_be_is_refused(application: Application, query: str) -> None:
    assert application.ask("GET", f"/api/v1/tasks?{query}", token=ROOT).status_code == 422


def _fail_for_good(application: Application, task_id: str) -> None:
    application.handlers.trouble = PermanentError("no such user")
    assert application.call_back(task_id).json()["status"] == "FAILED"
    application.handlers.trouble = None


@pytest.mark.parametrize(
    "parts", [["2027-01-05T08:00:00+00:00", "\0"], ["0001-01-01T00:00:00+23:59", "x"], [1, 2], "x"]
)
def test_a_cursor_that_somebody_made_up_is_refused(application: Application, parts: Any) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")

    assert application.ask("GET", f"/api/v1/tasks?cursor={cursor}").status_code == 422
