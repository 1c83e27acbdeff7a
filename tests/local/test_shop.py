"""A shop from its first order to its nightly clean-up: what is promised is delivered once and recorded once.

The shop is an application of FastAPI with the service within it, on PostgreSQL, called by a deployed stack.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from callback_api.storage.sql import migrate, new_engine
from tests.callback_api.storage.postgres import running
from tests.eventually import eventually
from tests.local.shop_stack import ShopStack, shop_stack

CROWD = 500
SHOP = '''
import os
import time
from datetime import timedelta

from fastapi import BackgroundTasks, FastAPI
from sqlalchemy import text

from callback_api.access import Access
from callback_api.embedding import Tasks
from callback_api.handlers import Call, task
from callback_api.schedules import AwsSchedules
from callback_api.storage.sql import new_engine
from schedule_client import ScheduleClient

engine = new_engine(os.environ["DATABASE_URL"])
tasks = Tasks(
    engine,
    AwsSchedules(ScheduleClient(timeout=20), service="shop", retry_minutes=60),
    Access(lambda: os.environ["CALLBACK_SIGNING_KEYS"]),
)
app = FastAPI()
app.include_router(tasks.router(), prefix="/tasks")
SOON = timedelta(milliseconds=50)


@task("expire")
def expire(call: Call) -> dict[str, bool]:
    """End an order that nobody paid; record that it was looked at."""
    if call.data.get("kill"):
        with engine.begin() as other:
            insert = text("insert into kills values (:o) on conflict do nothing returning o")
            first = other.execute(insert, {"o": call.data["order"]})
            if first.first() is not None:
                other.commit()
                os.kill(os.getpid(), 9)
    update = text("update orders set state = 'expired' where id = :id and state = 'open'")
    changed = call.connection.execute(update, {"id": call.data["order"]}).rowcount
    call.connection.execute(text("insert into looked values (:id)"), {"id": call.data["order"]})
    return {"expired": bool(changed)}


@task("clean-up")
def clean_up(call: Call) -> None:
    call.connection.execute(text("insert into cleanups values (:run)"), {"run": call.run_key})


@app.post("/orders/{order}")
def order(order: int, background: BackgroundTasks, later: bool = False, kill: bool = False) -> dict[str, str]:
    delay = timedelta(days=1) if later else SOON
    with engine.begin() as connection:
        connection.execute(text("insert into orders values (:id, 'open')"), {"id": order})
        tasks.schedule(connection, "expire", {"order": order, "kill": kill}, delay=delay, key=f"order-{order}")
    background.add_task(tasks.drain)
    return {"state": "open"}


@app.post("/orders/{order}/payment")
def pay(order: int, background: BackgroundTasks) -> dict[str, str]:
    with engine.begin() as connection:
        connection.execute(text("update orders set state = 'paid' where id = :id"), {"id": order})
        tasks.cancel(connection, f"order-{order}")
    background.add_task(tasks.drain)
    return {"state": "paid"}


@app.post("/orders/{order}/patience")
def move(order: int, background: BackgroundTasks) -> dict[str, str]:
    with engine.begin() as connection:
        tasks.move(connection, f"order-{order}", delay=SOON)
    background.add_task(tasks.drain)
    return {"state": "moved"}
'''
TABLES = """
create table orders (id integer primary key, state text not null);
create table looked (id integer not null);
create table cleanups (run text not null);
create table kills (o integer primary key);
"""


class Shop:
    def __init__(self, stack: ShopStack, url: str, folder: Path) -> None:
        self.stack, self.url, self.folder = stack, url, folder
        (folder / "shop.py").write_text(SHOP)

    @contextmanager
    def open(self) -> Generator[Any]:
        told: dict[str, Any] = {"DATABASE_URL": self.url, "CALLBACK_SIGNING_KEYS": self.stack.signing_key}
        command = ("-m", "uvicorn", "shop:app", "--port", str(self.stack.port), "--log-level", "warning")
        with self.stack.serving(self.folder, *command, **told) as process:
            yield process

    def post(self, path: str) -> int:
        answer = self.stack.ask("POST", path)
        return 0 if answer is None else answer.status

    def read(self, query: str) -> list[Any]:
        with psycopg.connect(self.url) as connection:
            return [row[0] for row in connection.execute(query.encode()).fetchall()]

    def looked(self, first: int, last: int) -> list[int]:
        return sorted(self.read(f"select id from looked where id between {first} and {last}"))


@pytest.fixture(name="shop", scope="module")
def _shop(tmp_path_factory: pytest.TempPathFactory) -> Generator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    nightly = {
        "cron": "0 3 * * ? *",
        "request": {"service": "shop", "path": "/tasks/api/v1/tasks/callback", "body": {"task": "clean-up"}},
    }
    with (
        running(tmp_path_factory.mktemp("postgres")) as postgres,
        shop_stack(folder / "stack", sweep="/tasks/api/v1/sweep", entries={"nightly": nightly}) as stack,
    ):
        url = postgres.new_database()
        migrate(engine := new_engine(url))
        engine.dispose()
        with psycopg.connect(url) as connection:
            connection.execute(TABLES.encode())
        yield Shop(stack, url, folder)


@pytest.mark.timeout(300)
def test_orders_expire_are_paid_moved_and_cleaned_up_after(shop: Shop) -> None:
    with shop.open():
        assert [shop.post(f"/orders/{order}") for order in (1, 2)] == [200, 200]
        assert [shop.post(f"/orders/{order}?later=true") for order in (3, 4)] == [200, 200]
        assert (shop.post("/orders/3/payment"), shop.post("/orders/4/patience")) == (200, 200)
        assert shop.post("/tasks/api/v1/tasks/callback") == 401, "nobody but the proxy calls back"
        eventually(lambda: len(shop.stack.pending()) == 3)
        shop.stack.pass_(minutes=3)
        eventually(lambda: shop.looked(1, 9) == [1, 2, 4])
        at = shop.stack.clock()
        night = at.replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=at.hour >= 3)
        shop.stack.pass_(seconds=(night - at).total_seconds())
        (run,) = eventually(lambda: shop.read("select run from cleanups"))
        assert run.startswith("v1.")

    states = {"expired": [1, 2, 4], "paid": [3]}
    for state, orders in states.items():
        assert shop.read(f"select id from orders where state = '{state}' order by id") == orders
    assert shop.looked(1, 9) == [1, 2, 4], "each once"


@pytest.mark.timeout(300)
def test_a_shop_that_is_killed_in_the_middle_looks_at_its_order_once_after_all(shop: Shop) -> None:
    with shop.open() as process:
        assert shop.post("/orders/101?kill=true") == 200
        eventually(lambda: shop.stack.pending())
        shop.stack.pass_(minutes=3)
        assert eventually(lambda: process.poll()) == -signal.SIGKILL
    assert shop.looked(101, 101) == []
    (lease,) = shop.read("select lease_until from callback_tasks where key = 'order-101'")
    with psycopg.connect(shop.url) as connection:  # the lease of the killed process ends
        connection.execute("update callback_tasks set lease_until = now() where key = 'order-101'")
    assert lease is not None

    with shop.open():
        eventually(lambda: shop.looked(101, 101) == [101])
    assert shop.read("select attempts from callback_tasks where key = 'order-101'") == [2]


@pytest.mark.timeout(400)
def test_five_hundred_orders_at_once_expire_once_each_while_the_database_ends_all_connections(shop: Shop) -> None:
    orders = range(1000, 1000 + CROWD)
    with shop.open(), ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda order: shop.post(f"/orders/{order}"), orders))
        taken = [order for order, status in zip(orders, answers, strict=True) if status == 200]
        shop.stack.pass_(minutes=3)
        time.sleep(0.5)
        with psycopg.connect(shop.url, autocommit=True) as connection:  # as a restart does
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")

        def all_looked_at() -> bool:
            shop.stack.pass_(minutes=1)  # the sweep comes, and what waits for its next attempt
            time.sleep(1)
            return len(set(shop.looked(1000, 9999))) == len(taken)

        eventually(all_looked_at, 300)

    assert len(taken) > CROWD // 2, "the crowd was let in"
    assert shop.looked(1000, 9999) == taken, "each once"
