"""The service in this process: real routes and a real store, with a clock and an EventBridge Scheduler of the test."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callback_api.app import create_app
from callback_api.handlers import Call, Registry
from callback_api.schedules import SchedulingError, schedule_key
from callback_api.settings import Settings
from callback_api.storage.sql import SqlTaskStore
from callback_api.task import Task, TokenOwner
from callback_api.tokens import digest

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI
    from sqlalchemy import Engine

    from callback_api.service import Service
    from callback_api.storage import TaskStore

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have the successor of httpx
    from fastapi.testclient import TestClient

NOW = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)
ADA, BOB, ROOT = "sct_ada", "sct_bob", "sct_root"
INTERNAL = "the-internal-token"
CALLBACK = "/api/v1/tasks/callback"


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class FakeSchedules:
    """EventBridge Scheduler, as far as tasks see it: the task of each key; it fails as often as it is told."""

    made: dict[str, str] = field(default_factory=dict[str, str])
    failures: int = 0
    trouble: BaseException | None = None

    service = "callback"

    def ready(self) -> None:
        pass

    def schedule(self, task: Task, path: str, now: datetime) -> str:
        self._fail()
        self.made[schedule_key(task)] = task.id
        return f"arn:{schedule_key(task)}"

    def cancel(self, task: Task) -> None:
        self._fail()
        self.made.pop(schedule_key(task), None)

    def rehome(self, most: int) -> int:
        self._fail()
        return 0

    def _fail(self) -> None:
        if self.trouble is not None:
            raise self.trouble
        if self.failures:
            self.failures -= 1
            raise SchedulingError("not now")


class Handlers:
    """What was done, by handlers that end in every way."""

    def __init__(self, *, default: bool = False) -> None:
        self.calls: list[Call] = []
        self.trouble: BaseException | None = None
        self.registry = Registry()
        self.registry.task("record", default=default)(self._record)
        self.registry.task("record-async")(self._record_async)

    def _record(self, call: Call) -> Any:
        self.calls.append(call)
        if self.trouble is not None:
            raise self.trouble
        return {"seen": call.data}

    async def _record_async(self, call: Call) -> Any:
        return self._record(call)


@dataclass
class Application:
    app: FastAPI
    client: TestClient
    schedules: FakeSchedules
    handlers: Handlers
    clock: Clock

    @property
    def service(self) -> Service:
        return self.app.state.service

    def ask(self, method: str, path: str, json: Any = None, token: str | None = ADA, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            named["Authorization"] = f"Bearer {token}"
        return self.client.request(method, path, json=json, headers=named)

    def schedule(self, task: str = "record", token: str = ADA, **members: Any) -> dict[str, Any]:
        body = {"task": task, **({"delay_minutes": 1} | members)}
        answer = self.ask("POST", "/api/v1/tasks/schedule", body, token)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def call_back(self, task_id: str, run_key: str = "v1.first") -> httpx.Response:
        """Call a task back, at its time if that has not come."""
        task = self.service.store.get(task_id)
        if task is not None:
            self.clock.now = max(self.clock.now, task.scheduled_at)
        return self.ask("POST", CALLBACK, {"task_id": task_id}, INTERNAL, Idempotency_Key=run_key)

    def task(self, task_id: str) -> dict[str, Any]:
        return self.ask("GET", f"/api/v1/tasks/{task_id}", token=ROOT).json()

    def sweep(self) -> dict[str, int]:
        return self.ask("POST", "/api/v1/sweep", token=INTERNAL).json()


def engine_of(store: TaskStore) -> Engine:
    """The database of a store of SQL."""
    assert isinstance(store, SqlTaskStore)
    return store.engine


@contextmanager
def running(
    database: str | Path, *, handlers: Handlers | None = None, schedules: Any = None, **settings: Any
) -> Generator[Application]:
    """An application with three tokens; the internal token admits the proxy."""
    handlers, schedules, clock = handlers or Handlers(), schedules or FakeSchedules(), Clock()
    chosen = {
        "database_url": str(database),
        "internal_token": INTERNAL,
        "migrate": True,
        "allowed_hosts": ("testserver",),
    }
    chosen |= settings
    app = create_app(Settings.read(None, **chosen), handlers=handlers.registry, schedules=schedules, clock=clock)
    with TestClient(app, raise_server_exceptions=False) as client:
        for token, owner in (
            (ADA, TokenOwner("ada")),
            (BOB, TokenOwner("bob")),
            (ROOT, TokenOwner("root", admin=True)),
        ):
            if app.state.service.store.token_owner(digest(token)) is None:
                app.state.service.store.add_token(digest(token), owner, NOW)
        yield Application(app, client, schedules, handlers, clock)
