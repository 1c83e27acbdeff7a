"""Tasks on the whole stack, in real time: made by the service, fired by a schedule, called by the proxy."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from schedule_catalog.names import Names
from schedule_catalog.operations import AwsClients, Deployed, LaptopStack, find_stack
from tests.local.test_stack import Running

# A schedule fires at the next whole minute that is a minute away or more.
PATIENCE_SECONDS = 150.0
CATALOG = """owner: platform
schedules:
  sweep:
    rate: 1 hour
    request: {service: callback, path: /api/v1/sweep}
"""


class Service:
    """The callback service of a running stack, as an application calls it, and the stack's AWS."""

    def __init__(self, state: Path, url: str) -> None:
        laptop = LaptopStack.read(state / "dev")
        self._url = url
        self._clients = AwsClients(laptop.access)
        self._stack: Deployed = find_stack(self._clients, Names(laptop.project, laptop.stack, laptop.region))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._url + path, data, {"Content-Type": "application/json"}, method=method)
        with urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def refuses(self, path: str, body: dict[str, Any] | None = None) -> int:
        """The status that a call which is not the proxy's is refused with."""
        with pytest.raises(HTTPError) as caught:
            self.ask("POST", path, body)
        caught.value.close()
        return caught.value.code

    def scheduled(self) -> Any:
        """A task that is due in a minute."""
        return self.ask("POST", "/api/v1/tasks/schedule", {"task": "heartbeat", "delay_minutes": 1})

    def task(self, task_id: str) -> Any:
        return self.ask("GET", f"/api/v1/tasks/{task_id}")

    def schedules(self) -> set[str]:
        """The names of the schedules that applications made."""
        group = self._stack.manifest.adhoc_group
        listed = self._clients.client("scheduler").list_schedules(GroupName=group, MaxResults=100)
        return {each["Name"] for each in listed["Schedules"]}

    def calls(self) -> list[dict[str, Any]]:
        """What the proxy logged of each attempt at a call that was made at run time."""
        events = self._clients.client("logs").filter_log_events(logGroupName=self._stack.manifest.log_group)["events"]
        lines = [json.loads(event["message"]) for event in events if event["message"].startswith("{")]
        return [line for line in lines if line.get("event") == "attempt" and line["origin"] == "adhoc"]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "sweep.yaml").write_text(CATALOG)
    started = Running(tmp_path)
    yield started
    started.process.terminate()
    started.end()
    assert started.process.stdout is not None
    started.process.stdout.close()


def until(true: Any) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)
    return found


@pytest.mark.timeout(240)
def test_a_task_is_called_back_once_and_a_cancelled_one_never(running: Running, tmp_path: Path) -> None:
    url = running.until("calls to the callback service").split()[-1]
    running.until("sweep", "delivered", "200")  # signed by the proxy, as the next assertion says
    service = Service(tmp_path / "state", url)
    assert service.refuses("/api/v1/sweep") == 401
    assert service.refuses("/api/v1/tasks/callback", {"task": "heartbeat"}) == 401

    kept, cancelled = service.scheduled(), service.scheduled()
    until(lambda: len(service.schedules()) == 2)
    service.ask("DELETE", f"/api/v1/tasks/{cancelled['id']}")
    (left,) = until(lambda: names if len(names := service.schedules()) == 1 else None)
    until(lambda: service.task(kept["id"])["status"] == "COMPLETED")

    # Both were due in the same minute or in two that follow each other: the second is over when that one is.
    until(lambda: time.time() % 60 > 2 or None)
    (call,) = service.calls()
    assert (call["schedule"], call["outcome"], call["status"]) == (left, "delivered", 200)
    assert service.task(kept["id"])["attempts"] == 1
    gone = service.task(cancelled["id"])
    assert (gone["status"], gone["attempts"]) == ("CANCELLED", 0)
    until(lambda: service.schedules() == set())
