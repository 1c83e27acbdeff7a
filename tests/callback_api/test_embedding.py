"""An application that embeds the service: its prefix, its users, its transactions."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from callback_api.access import Access
from callback_api.embedding import Tasks
from callback_api.errors import NoTaskError, StateError, TaskKeyReusedError, TaskRefusedError
from callback_api.handlers import Call, Registry
from callback_api.routes import create_router
from callback_api.schedules import AwsSchedules
from callback_api.storage.sql import new_engine
from callback_api.task import Status, TokenOwner
from tests.callback_api.storage.conftest import database
from tests.schedule_client.aws import NOW, Application

if TYPE_CHECKING:
    from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

TOKEN = {"Authorization": "Bearer internal"}
HOUR = timedelta(hours=1)


def caller(x_user: str = Header()) -> TokenOwner:
    if not x_user:
        raise HTTPException(401)
    return TokenOwner(x_user, admin=x_user == "root")


class Shop:
    """An application on a database, with an EventBridge Scheduler in memory."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.aws, self.done = engine, Application(), list[Call]()
        registry = Registry()
        registry.task("mail")(self.done.append)
        self.tasks = Tasks(
            engine,
            AwsSchedules(self.aws.client, service="shop", retry_minutes=60),
            Access(internal_token="internal"),
            registry=registry,
            clock=self.aws.clock,
        )
        self.tasks.migrate()

    def served(self, *, prefix: str = "", below: str = "") -> TestClient:
        app = part = FastAPI()
        if below:
            part = FastAPI()
            app.mount(below, part)
        part.include_router(self.tasks.router(caller=caller), prefix=prefix)
        return TestClient(app, headers={"X-User": "ada"})

    def paths(self) -> set[str]:
        return {self.event(name)["path"] for name in self.aws.aws.schedules}

    def event(self, name: str) -> Any:
        return dict(self.aws.client.get(self.aws.settings.schedule_arn(name)).event)


@pytest.fixture
def shop(url: str) -> Iterator[Shop]:
    shop = Shop(new_engine(url))
    yield shop
    shop.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return database(request.param, request, tmp_path)


@pytest.mark.parametrize(("prefix", "below"), [("", ""), ("/shop", ""), ("", "/internal"), ("/api/v1/x", "/internal")])
def test_location_callback_and_sweep_follow_prefix_and_mount(shop: Shop, prefix: str, below: str) -> None:
    client = shop.served(prefix=prefix, below=below)

    made = client.post(f"{below}{prefix}/api/v1/tasks/schedule", json={"task": "mail", "delay_minutes": 5})

    assert made.status_code == 201, made.text
    assert client.get(made.headers["Location"]).json()["id"] == made.json()["id"]
    assert shop.paths() == {f"{below}{prefix}/api/v1/tasks/callback"}
    (name,) = shop.aws.aws.schedules
    shop.aws.clock.now += timedelta(minutes=6)
    called = client.post(shop.event(name)["path"], json=shop.event(name)["body"], headers=TOKEN)
    assert called.json()["status"] == "COMPLETED"
    assert client.post(f"{below}{prefix}/api/v1/sweep", headers=TOKEN).status_code == 200


def test_a_variable_in_the_prefix_is_no_path_to_be_called_at(shop: Shop) -> None:
    client = shop.served(prefix="/{tenant}")

    made = client.post("/evil/api/v1/tasks/schedule", json={"task": "mail", "delay_minutes": 5})

    assert made.status_code == 201
    assert shop.aws.aws.schedules == {}


def test_health_routes_are_there_where_they_are_wanted_and_name_the_sweep(shop: Shop) -> None:
    app = FastAPI()
    app.include_router(shop.tasks.router(health=True), prefix="/shop")
    client = TestClient(app)

    assert shop.served().get("/health").status_code == 404
    client.post("/shop/api/v1/sweep", headers=TOKEN)
    assert client.get("/shop/ready").json() == {
        "status": "ok",
        "sweep": {"rate": "1 minute", "service": "shop", "path": "/shop/api/v1/sweep"},
        "swept_at": "2027-01-05T08:00:12Z",
    }


def test_users_are_those_of_the_application_s_own_dependency(shop: Shop) -> None:
    client = shop.served()
    task = client.post("/api/v1/tasks/schedule", json={"task": "mail", "delay_minutes": 5}).json()

    assert task["user_id"] == "ada"
    assert client.get(f"/api/v1/tasks/{task['id']}", headers={"X-User": "bob"}).status_code == 404
    assert client.get(f"/api/v1/tasks/{task['id']}", headers={"X-User": "root"}).status_code == 200
    assert client.get("/api/v1/tasks", headers={"X-User": ""}).status_code == 401
    shown = client.get("/openapi.json").json()["paths"]["/api/v1/tasks"]["get"]["parameters"]
    assert "x-user" in {each["name"] for each in shown}


@pytest.mark.parametrize("name", ["application", "catalog"])
def test_nobody_signs_in_as_the_application_itself(shop: Shop, name: str) -> None:
    refused = shop.served().get("/api/v1/tasks", headers={"X-User": name})

    assert (refused.status_code, refused.json()["type"]) == (403, "not-allowed")


def test_a_router_without_the_facade_has_them_too(shop: Shop) -> None:
    service = shop.tasks.service
    app = FastAPI()
    app.include_router(create_router(service.registry, service.store, service.schedules, service.access, caller=caller))

    assert TestClient(app).get("/api/v1/tasks", headers={"X-User": "ada"}).json()["tasks"] == []


def test_a_task_is_there_if_and_only_if_the_application_commits(shop: Shop) -> None:
    with shop.engine.connect() as connection:
        shop.tasks.schedule(connection, "mail", {"order": 1}, delay=HOUR, key="order-1")
        connection.rollback()
    shop.tasks.service.mount.path = "/shop"
    shop.tasks.drain()
    assert shop.aws.aws.schedules == {}

    with shop.engine.begin() as connection:
        task = shop.tasks.schedule(connection, "mail", {"order": 1}, delay=HOUR, key="order-1")
        again = shop.tasks.schedule(connection, "mail", {"order": 1}, delay=2 * HOUR, key="order-1")
    shop.tasks.drain()

    assert (task.user_id, task.scheduled_at, again) == ("application", NOW + HOUR, task)
    assert shop.paths() == {"/shop/api/v1/tasks/callback"}
    with shop.engine.connect() as connection, pytest.raises(TaskKeyReusedError):
        shop.tasks.schedule(connection, "mail", {"order": 2}, delay=HOUR, key="order-1")


def test_moving_by_key_replaces_the_schedule_and_cancelling_removes_it(shop: Shop) -> None:
    shop.tasks.service.mount.path = ""
    with Session(shop.engine) as session:
        shop.tasks.schedule(session, "mail", delay=HOUR, key="order-1")
        session.commit()
    shop.tasks.drain()
    with Session(shop.engine) as session:
        moved = shop.tasks.move(session, "order-1", at=NOW + 3 * HOUR)
        session.commit()
    shop.tasks.drain()

    (schedule,) = shop.aws.aws.schedules.values()
    assert moved.scheduled_at == NOW + 3 * HOUR
    assert schedule["ScheduleExpression"] == "at(2027-01-05T11:01:00)"

    with shop.engine.begin() as connection:
        assert shop.tasks.cancel(connection, "order-1").status is Status.CANCELLED
        with pytest.raises(NoTaskError, match='no task of "ada" has the key "order-1"'):
            shop.tasks.cancel(connection, "order-1", user_id="ada")
        with pytest.raises(StateError, match="can only be moved while it is SCHEDULED"):
            shop.tasks.move(connection, "order-1", delay=HOUR)
    shop.tasks.drain()
    assert shop.aws.aws.schedules == {}


def test_a_task_that_failed_and_was_moved_is_called_at_its_new_time_too(shop: Shop) -> None:
    shop.tasks.service.mount.path = ""
    store = shop.tasks.service.store
    with shop.engine.begin() as connection:
        task = shop.tasks.schedule(connection, "mail", delay=HOUR, key="order-1")
    begun = store.begin(task.id, "v1.first", NOW + 2 * HOUR, NOW + HOUR).task
    assert begun is not None
    store.fail(begun, "the mail server is away", NOW + HOUR, permanent=False)
    with shop.engine.begin() as connection:
        shop.tasks.move(connection, "order-1", at=NOW + 3 * HOUR)

    shop.aws.clock.now = NOW + 5 * HOUR
    swept = shop.tasks.service.sweeper.sweep()

    assert (swept.rescheduled, swept.given_up) == (1, 0)
    found = store.get(task.id)
    assert found is not None
    assert (found.status, found.scheduled_at) == (Status.SCHEDULED, NOW + 5 * HOUR)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"name": "nobody", "delay": HOUR}, "no handler is registered"),
        ({"name": "mail"}, "give exactly one"),
        ({"name": "mail", "delay": -HOUR}, "delay_minutes"),
        ({"name": "mail", "at": NOW - HOUR}, "has passed"),
        ({"name": "mail", "at": NOW.replace(tzinfo=None)}, "no offset"),
        ({"name": "mail", "delay": HOUR, "data": {"when": NOW}}, "cannot be written as JSON"),
        ({"name": "mail", "delay": HOUR, "key": "a b"}, "key"),
    ],
)
def test_what_cannot_be_scheduled_is_refused_before_anything_is_written(
    tmp_path: Path, asked: dict[str, Any], said: str
) -> None:
    shop = Shop(new_engine(f"sqlite:///{tmp_path / 'tasks.sqlite'}"))
    with shop.engine.connect() as connection, pytest.raises(TaskRefusedError, match=said):
        shop.tasks.schedule(connection, **asked)
    shop.engine.dispose()


def test_an_asynchronous_application_awaits_the_same(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = database("postgresql", request, tmp_path)
    shop = Shop(new_engine(url))

    async def use() -> tuple[datetime, Status]:
        engine = create_async_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        async with engine.begin() as connection:
            await shop.tasks.schedule(connection, "mail", {"order": 1}, delay=HOUR, key="order-1")
        async with AsyncSession(engine) as session:
            moved = await shop.tasks.move(session, "order-1", delay=2 * HOUR)
            cancelled = await shop.tasks.cancel(session, "order-1")
            await session.commit()
        await engine.dispose()
        return moved.scheduled_at, cancelled.status

    assert anyio.run(use) == (NOW + 2 * HOUR, Status.CANCELLED)
    (task,) = shop.tasks.service.store.page().tasks
    assert task.status is Status.CANCELLED
    shop.engine.dispose()


def test_the_application_s_own_engine_may_be_another_one(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = database("postgresql", request, tmp_path)
    shop, own = Shop(new_engine(url)), create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with own.begin() as connection:
        connection.execute(text("create table orders (id integer)"))
        connection.execute(text("insert into orders values (1)"))
        shop.tasks.schedule(connection, "mail", delay=HOUR)

    assert len(shop.tasks.service.store.page().tasks) == 1
    own.dispose()
    shop.engine.dispose()
