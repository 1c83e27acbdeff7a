"""docs/applications.md against the proxy: the call that it shows, the answers that it lists, the endpoint it writes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import time
from base64 import b64encode
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI

from proxy.backoff import CAP_SECONDS, FIRST_SECONDS
from proxy.event import read_run
from proxy.outcome import of_error, of_reply
from proxy.secrets import KEPT_SECONDS
from proxy.signing import signature_headers
from proxy.transport import Reply, TransportError
from schedule_client.contract.proxy_settings import SIGNING, ProxySettings
from schedule_client.contract.run_keys import run_key
from tests.docs.page import ROOT, blocks
from tests.proxy.caller import CATALOG, caller
from tests.proxy.stage import FakeAws

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.destination import Destination
    from proxy.message import Message

PAGE = (ROOT / "docs" / "applications.md").read_text()
BLOCKS = list(blocks(PAGE))
ROWS = re.findall(r"^\| (\d{3})(?:-(\d{3}))? \| (delivered|retryable|permanent) \|", PAGE, re.MULTILINE)


SIGNING_KEY = "whsec_" + b64encode(bytes(range(32))).decode()


def block(language: str, title: str = "") -> str:
    return next(each.text for each in BLOCKS if (each.language, each.title) == (language, title))


class Recording:
    """A transport that keeps what it is given to send."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.body = b""

    def send(self, message: Message, destination: Destination, seconds: float) -> Reply:
        self.lines = [f"{message.method} {destination.target} HTTP/1.1"]
        self.lines += [f"{name}: {value}" for name, value in message.headers.items()]
        self.body = message.body or b""
        return Reply(200, b"", "", True)


def wire() -> str:
    """The call of the page's first event, as HTTP/1.1 writes it."""
    asking, transport = read_run(json.loads(block("json")), "catalog", "request-1"), Recording()
    settings = ProxySettings(
        services={"billing": "https://billing.example.com"},
        secret_prefix="/prod/",
        secrets={"billing-token": CATALOG},
        signing={"billing": CATALOG},
    )
    aws = FakeAws({}, {"/prod/billing-token": "THE-SECRET", "/prod/signing/billing": SIGNING_KEY})
    due = datetime(2027, 1, 5, 0, 0, 7, tzinfo=UTC)
    caller(settings, aws, transport=transport, now=lambda: due).call(asking, 30)
    return "\n".join([*transport.lines, "", transport.body.decode(), ""])


def test_the_call_is_the_one_that_the_page_shows() -> None:
    assert block("http") == wire()


def test_every_status_is_listed_and_means_what_the_page_says() -> None:
    listed = dict[int, str]()
    for first, last, verdict in ROWS:
        listed |= dict.fromkeys(range(int(first), int(last or first) + 1), verdict)

    assert listed == {status: of_reply(Reply(status, b"", "", True)).verdict for status in range(200, 600)}
    assert of_error(TransportError("timeout", "")).verdict == "retryable"


def test_a_repeated_key_does_the_work_of_the_page_once() -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    application = names["app"]
    assert isinstance(application, FastAPI)

    states = [asyncio.run(close_invoices(application, key)) for key in ("v1.a", "v1.a", "v1.b")]

    assert states == ["done", "done before", "done"]
    assert names["database"].execute("SELECT count(*) FROM invoice").fetchone() == (2,)
    names["database"].close()


async def close_invoices(application: FastAPI, key: str) -> str:
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.post("/api/v1/invoices/close", headers={"Idempotency-Key": key})
    return answer.raise_for_status().json()["state"]


def signed(body: bytes) -> dict[str, str]:
    key = run_key("catalog", "arn", "2027-01-05T08:00:00Z")
    return {"webhook-id": key, **signature_headers("billing", SIGNING_KEY, key, int(time.time()), body, "catalog")}


def calls() -> list[tuple[dict[str, str], bytes, int]]:
    """Calls that were signed now, since a signature is only valid for minutes."""
    return [
        (signed(b'{"n":1}'), b'{"n":1}', 200),
        (signed(b""), b"", 200),
        (signed(b'{"n":1}'), b'{"n":2}', 401),
        ({**signed(b"{}"), "webhook-id": "v1.other"}, b"{}", 401),
        ({}, b"{}", 401),
    ]


def test_the_pages_endpoint_in_python_answers_signed_calls_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNING_KEY", SIGNING_KEY)
    names: dict[str, Any] = {"__name__": "verify"}
    # As a module, so that FastAPI can resolve the annotations.
    exec(compile(block("python", "verify.py"), "verify.py", "exec", dont_inherit=True), names)

    made = calls()

    async def statuses() -> list[int]:
        transport = httpx.ASGITransport(names["app"])
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            path = "/api/v1/invoices/close"
            return [(await client.post(path, content=body, headers=headers)).status_code for headers, body, _ in made]

    assert asyncio.run(statuses()) == [status for _, _, status in made]


def test_the_pages_endpoint_in_javascript_answers_signed_calls_alone(tmp_path: Path) -> None:
    node = shutil.which("node")
    if not node or not (ROOT / "node_modules/standardwebhooks").is_dir():
        pytest.skip("node and node_modules/standardwebhooks are missing: run npm ci")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "verify.mjs").write_text(block("javascript", "verify.mjs"))
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "SIGNING_KEY": SIGNING_KEY, "PORT": str(port)}
    made = calls()
    with subprocess.Popen([node, "verify.mjs"], cwd=tmp_path, env=environment) as server:
        try:
            url = f"http://127.0.0.1:{port}/api/v1/invoices/close"
            client = httpx.Client(transport=httpx.HTTPTransport(), trust_env=False)
            with client:
                wait_for(port)
                answers = [client.post(url, content=body, headers=headers).status_code for headers, body, _ in made]
        finally:
            server.kill()

    assert answers == [status for _, _, status in made]


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
    pytest.fail("the server of the page does not start")


def test_a_key_is_changed_where_the_proxy_looks_for_it() -> None:
    runbook = (ROOT / "docs" / "maintain.md").read_text()

    assert f"/schedule-catalog/prod/{SIGNING}billing" in runbook
    assert KEPT_SECONDS == 300
    assert "for five minutes" in PAGE


def test_the_page_says_how_long_a_retry_waits() -> None:
    assert f"up to {FIRST_SECONDS:.0f} seconds at first" in PAGE
    assert f"up to {CAP_SECONDS / 60:.0f} minutes" in PAGE


@pytest.mark.parametrize(
    "header", ["Idempotency-Key", "webhook-id", "X-Schedule-Name", "X-Scheduled-Time", "User-Agent"]
)
def test_the_table_of_headers_has_what_the_proxy_sends(header: str) -> None:
    assert f"`{header}`" in PAGE
    assert f"\n{header}: " in wire()
