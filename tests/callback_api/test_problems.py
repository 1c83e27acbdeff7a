from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from callback_api.access import Access
from callback_api.errors import TooLargeError
from callback_api.routes import create_router
from callback_api.storage.sql import SqlTaskStore, migrate, new_engine
from tests.callback_api.application import Application, FakeSchedules, Handlers, TestClient, engine_of, running

if TYPE_CHECKING:
    from callback_api.task import Task


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/api/v1/tasks", 405), ("POST", "/health", 405)]
)
def test_what_is_not_served_is_a_problem(application: Application, method: str, path: str, status: int) -> None:
    answer = application.ask(method, path)

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert set(answer.json()) == {"type", "title", "status", "detail", "instance"}


def test_a_store_that_cannot_be_used_is_worth_another_try_and_the_service_is_not_ready(tmp_path: Path) -> None:
    with running(tmp_path / "tasks.sqlite") as application:
        with engine_of(application.service.store).begin() as connection:
            connection.exec_driver_sql("update callback_schema_version set version_num = 'old'")

        answer = application.ask("GET", "/ready")

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.json()["type"] == "store-unavailable"
        assert application.ask("GET", "/health").status_code == 200


def test_a_task_that_the_store_cannot_hold_is_too_large_and_not_to_be_sent_again(tmp_path: Path) -> None:
    class Narrow(SqlTaskStore):
        def add(self, task: Task) -> tuple[Task, bool]:
            raise TooLargeError("the task is too large: all that is kept of one has to fit in 400 KB")

    engine = new_engine(f"sqlite:///{tmp_path / 'tasks.sqlite'}")
    migrate(engine)
    handlers = Handlers()
    app = FastAPI()
    app.include_router(create_router(handlers.registry, Narrow(engine), FakeSchedules(), Access(open=True)))
    with TestClient(app) as client:
        answer = client.post("/api/v1/tasks/schedule", json={"task": "record", "delay_minutes": 1})
    engine.dispose()

    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["type"] == "task-too-large"
    assert "400 KB" in answer.json()["detail"]


def test_an_unforeseen_error_is_a_problem_without_its_text(tmp_path: Path) -> None:
    with running(tmp_path / "tasks.sqlite") as application:
        with engine_of(application.service.store).begin() as connection:
            connection.exec_driver_sql("drop table callback_tasks")
            connection.exec_driver_sql("create table callback_tasks (secret text)")

        answer = application.ask("GET", "/api/v1/tasks")

        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.status_code in (500, 503)
        assert "callback_tasks" not in answer.text
