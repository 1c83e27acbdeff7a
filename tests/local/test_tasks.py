"""Tasks on the whole stack: made by the service, fired by a schedule, called by the proxy.

Everything is real but the dispatcher's clock, which is put forward over the minutes until tasks are due.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from local.options import Options
from local.stack import Stack
from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import AwsClients, Deployed, LaptopStack, find_stack
from schedule_client.contract.times import utc_now
from tests.eventually import eventually

ROOT = Path(__file__).parents[2]
# A schedule fires at the next whole minute that is a minute away or more.
DUE = timedelta(minutes=2)
CATALOG = """owner: platform
schedules:
  sweep:
    rate: 1 hour
    request: {service: callback, path: /api/v1/sweep}
"""
PATIENCE_SECONDS = 170.0


class Service:
    """The callback service of a running stack, as an application calls it, and the stack's AWS."""

    def __init__(self, state: Path, url: str, token: str) -> None:
        laptop = LaptopStack.read(state / "dev")
        self._url = url
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        self._clients = AwsClients(laptop.access)
        self._stack: Deployed = find_stack(self._clients, Names(laptop.project, laptop.stack, laptop.region))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._url + path, data, self._headers, method=method)
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

    def calls(self, origin: str) -> list[dict[str, Any]]:
        """What the proxy logged of each event."""
        events = self._clients.client("logs").filter_log_events(logGroupName=self._stack.manifest.log_group)["events"]
        lines = [json.loads(event["message"]) for event in events if event["message"].startswith("{")]
        return [line for line in lines if line.get("event") == "outcome" and line["origin"] == origin]


class Clock:
    """The wall clock, put forward."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("handled")
def test_a_task_is_called_back_once_signed_and_a_cancelled_one_never(tmp_path: Path) -> None:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "sweep.yaml").write_text(CATALOG)
    options = Options("dev", None, (), tmp_path / "schedules", tmp_path / "state", ROOT)
    clock = Clock()
    with Stack(options, lambda name, what, seconds: None, clock=clock) as stack:
        release = stack.start()
        assert release.succeeded, release.error
        _, loop = stack.dispatch(lambda notice: None)
        loop.start()
        service = Service(tmp_path / "state", stack.callback.url, stack.callback.token)
        assert service.refuses("/api/v1/sweep") == 401
        assert service.refuses("/api/v1/tasks/callback", {"task": "heartbeat"}) == 401

        kept, cancelled = service.scheduled(), service.scheduled()
        eventually(lambda: len(service.schedules()) == 2, PATIENCE_SECONDS)
        service.ask("DELETE", f"/api/v1/tasks/{cancelled['id']}")
        (left,) = eventually(lambda: names if len(names := service.schedules()) == 1 else None, PATIENCE_SECONDS)
        # The service goes by the real time, and does no task before it is due.
        eventually(lambda: service.task(kept["id"])["status"] == "COMPLETED", PATIENCE_SECONDS)
        clock.ahead += DUE  # whatever else there was, and should not be, is due by now
        eventually(lambda: service.schedules() == set(), PATIENCE_SECONDS)
        (sweep,) = eventually(lambda: service.calls("catalog"), PATIENCE_SECONDS)

        (call,) = service.calls("callback")
        assert (call["schedule"], call["state"], call["status"]) == (left, "delivered", 200)
        assert service.task(kept["id"])["attempts"] == 1
        gone = service.task(cancelled["id"])
        assert (gone["status"], gone["attempts"]) == ("CANCELLED", 0)
        assert (sweep["schedule"], sweep["state"], sweep["status"]) == ("sweep", "delivered", 200)
        assert loop.failure is None
