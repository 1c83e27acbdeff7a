"""A process that imports the service once, and forks a child for each life of it that a test asks for.

One line of JSON in: what a life is told; one line out: how it ended. A life that is to be killed dies by
SIGKILL at its n-th step: after each statement, before each commit, around each call of EventBridge Scheduler, within
the handler and after each answer. (Before a statement is after the commit before it.)
"""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, text

from callback_api.app import create_app
from callback_api.handlers import Call, Registry
from callback_api.schedules import schedule_key
from callback_api.settings import Settings

if TYPE_CHECKING:
    from callback_api.task import Task

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

START = datetime.fromisoformat("2027-01-05T08:00:00+00:00")
BODY = {"task": "pay", "data": {"order": 7}, "delay_minutes": 1, "key": "order-7"}


class Steps:
    """Counts, and kills at the n-th."""

    def __init__(self) -> None:
        self.count = 0
        self.kill_at: int | None = None

    def __call__(self, *_: object) -> None:
        self.count += 1
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class FolderSchedules:
    """EventBridge Scheduler as files, which outlive a process: a file's name is the schedule's key."""

    folder: Path
    step: Callable[[], None]

    service = "callback"

    def ready(self) -> None:
        pass

    def schedule(self, task: Task, path: str, now: datetime) -> str:
        self.step()
        (self.folder / schedule_key(task)).write_text(task.id)
        self.step()
        return f"arn:{schedule_key(task)}"

    def cancel(self, task: Task) -> None:
        (self.folder / schedule_key(task)).unlink(missing_ok=True)

    def rehome(self, most: int) -> int:
        return 0


class Life:
    """One process of the service; it is put together before the fork, and connects to nothing until `begin`."""

    def __init__(self, url: str, folder: str) -> None:
        self.folder, self.steps, self.now = Path(folder), Steps(), START
        registry = Registry()
        registry.task("pay")(self._pay)
        app = create_app(
            Settings.read(None, database_url=url, open=True, allowed_hosts=("testserver",), log_level="ERROR"),
            handlers=registry,
            schedules=FolderSchedules(self.folder, self.steps),
            clock=lambda: self.now,
        )
        self.engine: Any = app.state.service.store.engine
        for name in ("after_cursor_execute", "commit"):
            event.listen(self.engine, name, self.steps)
        self.client = TestClient(app)

    def begin(self, minutes: int, kill_at: int | None) -> None:
        """Begin so many minutes after the start."""
        self.now, self.steps.kill_at = START + timedelta(minutes=minutes), kill_at

    def _pay(self, call: Call) -> None:
        self.steps()
        insert = text("insert into payment (task_id, run_key) values (:task, :run)")
        call.connection.execute(insert, {"task": call.task_id, "run": call.run_key})
        self.steps()

    def live(self) -> dict[str, Any]:
        """A client schedules, and the proxy calls back."""
        answers = [self.ask()]
        (self.folder.parent / "accepted").touch()
        self.steps()
        answers += self.deliver()
        self.steps()
        return {"answers": answers, "steps": self.steps.count}

    def recover(self) -> dict[str, Any]:
        """What was accepted is scheduled; the client asks again, unless it was answered; the proxy calls again."""
        self.client.post("/api/v1/sweep")
        accepted = (self.folder.parent / "accepted").exists()
        with self.engine.connect() as connection:
            kept = set(connection.execute(text("select id from callback_tasks")).scalars())
        orphans = kept - {file.read_text() for file in self.folder.iterdir()}
        answer = 201 if accepted else self.ask()
        delivered = self.deliver()
        with self.engine.connect() as connection:
            tasks = [list(row) for row in connection.execute(text("select id, status from callback_tasks"))]
            paid = [list(row) for row in connection.execute(text("select task_id, run_key from payment"))]
        return {
            "accepted": accepted,
            "kept": len(kept),
            "orphans": len(orphans),
            "answer": answer,
            "delivered": delivered,
            "tasks": tasks,
            "paid": paid,
            "keys": [file.name for file in self.folder.iterdir()],
        }

    def ask(self) -> int:
        return self.client.post("/api/v1/tasks/schedule", json=BODY).status_code

    def deliver(self) -> list[int]:
        """The proxy: calls every schedule when it is due, under the run key that follows from the schedule's key."""
        self.now += timedelta(minutes=2)
        return [
            self.client.post(
                "/api/v1/tasks/callback", json={"task_id": file.read_text()}, headers={"webhook-id": f"v1.{file.name}"}
            ).status_code
            for file in sorted(self.folder.iterdir())
        ]


def main() -> None:
    """Fork a life for each line."""
    life = Life(*sys.argv[1:])
    for line in sys.stdin:
        told = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            life.begin(told["minutes"], told["kill_at"])
            os.write(writer, json.dumps(life.recover() if told["recover"] else life.live()).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        sys.stdout.write(json.dumps({"killed": killed, "said": json.loads(said) if said else None}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
