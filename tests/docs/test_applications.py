"""docs/applications.md against the proxy: the call that it shows, the answers that it lists, the endpoint it writes."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from proxy.destination import destination
from proxy.event import parse_event
from proxy.message import message
from proxy.outcome import of_error, of_reply
from proxy.routes import Routes
from proxy.transport import Reply, TransportError
from schedule_client.contract import ProxySettings
from tests.docs.page import ROOT, blocks
from tests.proxy.stage import FakeContext

PAGE = (ROOT / "docs" / "applications.md").read_text()
BLOCKS = list(blocks(PAGE))
ROWS = re.findall(r"^\| (\d{3})(?:-(\d{3}))? \| (delivered|retryable|permanent) \|", PAGE, re.MULTILINE)


def block(language: str) -> str:
    return next(each.text for each in BLOCKS if each.language == language)


def wire() -> str:
    """The call of the page's first event, as HTTP/1.1 writes it."""
    run = parse_event(json.loads(block("json")), FakeContext("catalog"))
    settings = ProxySettings(services={"billing": "https://billing.example.com"})
    target = destination(run.request, settings, Routes.from_json(None))
    sent = message(run, target.address.netloc, "THE-SECRET")
    lines = [f"{sent.method} {target.target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.headers.items())]
    return "\n".join([*lines, "", (sent.body or b"").decode(), ""])


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


def test_the_page_says_how_often_lambda_tries() -> None:
    proxy = (ROOT / "infra" / "proxy.py").read_text()

    assert "ASYNC_RETRIES = 2" in proxy
    assert "the third failure goes to the queue of undelivered runs" in PAGE


@pytest.mark.parametrize(
    "header", ["Idempotency-Key", "webhook-id", "X-Schedule-Name", "X-Scheduled-Time", "User-Agent"]
)
def test_the_table_of_headers_has_what_the_proxy_sends(header: str) -> None:
    assert f"`{header}`" in PAGE
    assert f"\n{header}: " in wire()
