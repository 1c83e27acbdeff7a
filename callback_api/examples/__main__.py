"""`python -m callback_api.examples`: schedule a task of each example, let its time come, and show what it did.

Everything is on this machine: the tasks in a SQLite file, the schedules in memory with a clock, a mail server on
loopback.
"""

from __future__ import annotations

import os
import socketserver
import sys
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
from sqlalchemy import Connection, Engine, text

from callback_api.access import Access
from callback_api.embedding import Tasks
from callback_api.examples import payment_reminder, temporary_data, welcome_mail
from callback_api.schedules import AwsSchedules
from callback_api.storage.sql import new_engine
from schedule_client.testing import MemoryScheduler

MODULES = (payment_reminder, temporary_data, welcome_mail)
UPLOAD = "upload-7"


class _MailServer(socketserver.StreamRequestHandler):
    """Accepts one mail after another, and forgets them."""

    def handle(self) -> None:
        """Speak SMTP."""
        self._say("220 ready")
        for line in self.rfile:
            match line[:4].upper():
                case b"DATA":
                    self._say("354 go on")
                    while self.rfile.readline() not in (b".\r\n", b""):
                        pass
                    self._say("250 accepted")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


def main() -> None:
    """Run the examples."""
    with tempfile.TemporaryDirectory() as folder, _mail_server() as (host, port):
        (Path(folder) / UPLOAD).mkdir()
        os.environ.update(SMTP_HOST=host, SMTP_PORT=str(port), TEMPORARY_DATA=folder)
        engine = new_engine(f"sqlite:///{folder}/tasks.sqlite")
        try:
            _run(engine)
        finally:
            engine.dispose()


def _run(engine: Engine) -> None:
    scheduler = MemoryScheduler()
    schedules = AwsSchedules(scheduler.client(), service="shop", retry_minutes=60)
    tasks = Tasks(engine, schedules, Access(), clock=lambda: scheduler.now)
    tasks.service.mount.path = ""
    tasks.migrate()
    with engine.begin() as connection:
        for statement in (
            "create table orders (id integer, paid boolean)",
            "create table reminders (order_id integer, run_key text)",
            "insert into orders values (1042, false)",
        ):
            connection.execute(text(statement))
        _schedule(tasks, connection)
    tasks.drain()
    for call in scheduler.advance(hours=1):
        done = anyio.run(tasks.service.execution.call, call.body["task_id"], call.headers["webhook-id"])
        _print(f"{call.at:%H:%M}  {done.name}: {done.status}", done.result)


def _schedule(tasks: Tasks, connection: Connection) -> None:
    for name, data, minutes in (
        ("payment-expiry-reminder", {"order": 1042}, 15),
        ("send-welcome-email", {"address": "ada@example.com", "name": "Ada"}, 30),
        ("clean-temporary-data", {"folder": UPLOAD}, 45),
    ):
        task = tasks.schedule(connection, name, data, delay=timedelta(minutes=minutes))
        _print(f"{task.created_at:%H:%M}  {name}: due at {task.scheduled_at:%H:%M}", data)


def _print(line: str, data: Any) -> None:
    sys.stdout.write(line + (f"  {data}" if data is not None else "") + "\n")


@contextmanager
def _mail_server() -> Generator[tuple[str, int]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _MailServer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            host, port = server.server_address[:2]
            yield str(host), port
        finally:
            server.shutdown()


if __name__ == "__main__":
    main()
