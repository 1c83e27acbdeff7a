"""Many clients at once, through a real server on loopback."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3
import uvicorn

from callback_api.app import create_app
from callback_api.settings import Settings
from tests.callback_api.application import FakeSchedules, Handlers

CLIENTS, TASKS = 20, 200


@pytest.fixture(name="handlers")
def _handlers() -> Handlers:
    return Handlers()


@pytest.fixture(name="schedules")
def _schedules() -> FakeSchedules:
    return FakeSchedules()


@pytest.fixture(name="url")
def _url(tmp_path: Path, handlers: Handlers, schedules: FakeSchedules) -> Iterator[str]:
    settings = Settings.read(None, database_url=str(tmp_path / "tasks.sqlite"), open=True)
    app = create_app(settings, handlers=handlers.registry, schedules=schedules)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_what_twenty_clients_ask_for_twice_is_done_once(url: str, handlers: Handlers, schedules: FakeSchedules) -> None:
    with urllib3.PoolManager(maxsize=CLIENTS, block=True) as pool, ThreadPoolExecutor(CLIENTS) as clients:

        def schedule(number: int) -> tuple[int, str]:
            body = {"task": "record", "data": number % TASKS, "delay_minutes": 0.001, "key": f"k{number % TASKS}"}
            answer = pool.request("POST", f"{url}/api/v1/tasks/schedule", json=body, retries=False)
            return answer.status, answer.json()["id"]

        def call_back(scheduled: tuple[str, str]) -> int:
            key, task = scheduled
            headers = {"webhook-id": f"v1.{key}"}
            while True:
                answer = pool.request(
                    "POST", f"{url}/api/v1/tasks/callback", json={"task_id": task}, headers=headers, retries=False
                )
                if answer.status not in (425, 503):  # told to come back before its time, or while another call is at it
                    return answer.status

        asked = list(clients.map(schedule, range(2 * TASKS)))
        deadline = time.monotonic() + 90
        while len(schedules.made) < TASKS and time.monotonic() < deadline:
            time.sleep(0.02)
        called = list(clients.map(call_back, 2 * list(schedules.made.items())))

    assert Counter(status for status, _ in asked) == {201: TASKS, 200: TASKS}
    assert len({task for _, task in asked}) == len(schedules.made) == TASKS
    assert called == [200] * 2 * TASKS
    assert sorted(call.data for call in handlers.calls) == list(range(TASKS))
