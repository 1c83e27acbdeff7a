"""A console of a stack in doubles of AWS."""

from __future__ import annotations

import re
import socket
import threading
import time
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import uvicorn

from schedule_catalog.pages.console.app import console_app
from schedule_catalog.pages.console.calls import Failing, Failure, ReceivedCall
from schedule_catalog.pages.console.desk import Desk, WantedCatalog
from schedule_catalog.pages.console.session import ConsoleSession
from schedule_catalog.settings import parse_settings
from tests.catalog_texts import checked
from tests.schedule_catalog.operations.aws import NAMES, NOW, Clients
from tests.schedule_catalog.operations.records import record

if TYPE_CHECKING:
    from httpx import Response

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette asks for a new httpx, which FastAPI's client does not take yet
    from starlette.testclient import TestClient

BASE = "http://127.0.0.1:8000"
CATALOG = """
owner: billing
defaults: {service: callback}
schedules:
  nightly: {cron: "0 9 * * ? *", timezone: Asia/Seoul, request: {path: /close}}
"""
PAGE = f"/schedules/{NAMES.catalog_group}/nightly"


def deployed() -> Clients:
    """One schedule of the catalog whose last run was undelivered."""
    aws = Clients()
    aws.scheduler.add("nightly", ScheduleExpressionTimezone="Asia/Seoul")
    failed = replace(record("nightly", "2026-11-23T00:00:00Z"), state="undelivered", reason="http-503", status=503)
    aws.dynamodb.items += [record("nightly", "2026-11-22T00:00:00Z").to_item(), failed.to_item()]
    return aws


class Laptop:
    """A receiver in memory."""

    def __init__(self) -> None:
        self.calls: list[ReceivedCall] = []
        self.failures: dict[str, Failing] = {}

    def arrive(self, path: str, body: bytes = b"{}", answer: str = "200") -> None:
        call = ReceivedCall(
            len(self.calls) + 1, NOW, "POST", "ops.example.com", path, ("Host",), "nightly", body, len(body), answer
        )
        self.calls.append(call)

    def received(self, after: int = 0) -> list[ReceivedCall]:
        return [call for call in reversed(self.calls) if call.number > after]

    def failing(self) -> dict[str, Failing]:
        return dict(self.failures)

    def fail(self, host: str, failure: Failure, minutes: int) -> None:
        self.failures[host] = Failing(failure, NOW + timedelta(minutes=minutes))

    def recover(self, host: str) -> None:
        self.failures.pop(host, None)


def console(
    aws: Clients,
    port: int,
    read_only: bool = False,
    calls: Laptop | None = None,
    patience_seconds: float = 60,
    text: str = CATALOG,
    of_laptop: bool = False,
    clock: Callable[[], datetime] | None = None,
) -> tuple[Any, str]:
    """The app, and the path that signs a browser in."""
    entries = checked(text, stack="prod", now=NOW).entries
    began = time.monotonic()

    def running() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - began)

    desk = Desk(aws.stack, NAMES, lambda: WantedCatalog(entries, parse_settings("prod", {})), clock or running)
    session = ConsoleSession(port)
    app = console_app(desk, session, read_only, calls=calls, of_laptop=of_laptop, patience_seconds=patience_seconds)
    return app, f"/?token={session.token}"


def client_of(
    aws: Clients,
    read_only: bool = False,
    signed_in: bool = True,
    calls: Laptop | None = None,
    text: str = CATALOG,
    of_laptop: bool = False,
    clock: Callable[[], datetime] | None = None,
) -> TestClient:
    app, address = console(aws, 8000, read_only, calls, text=text, of_laptop=of_laptop, clock=clock)
    client = TestClient(app, base_url=BASE)
    if signed_in:
        assert client.get(address, follow_redirects=False).status_code == 303
    return client


def text_of(answer: Response) -> str:
    """What a reader sees of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def fields_of(answer: Response) -> dict[str, list[str]]:
    """The hidden fields of the form on a page."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text):
        found.setdefault(name, []).append(unescape(value))
    return found


@contextmanager
def served(make: Callable[[int], tuple[Any, str]]) -> Generator[str]:
    """The address of an app on a real server, as `console` makes it for a port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    app, path = make(port)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}{path}"
    finally:
        server.should_exit = True
        thread.join()
