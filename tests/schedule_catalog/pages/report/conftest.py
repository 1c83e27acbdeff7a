"""Pages in a real browser, where none of them may log, fail, or fetch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from schedule_catalog.pages.report import page, report
from tests.catalog_texts import NOW, checked
from tests.chromium import chromium

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Open the report of catalog texts as a file; nothing may be fetched, nor anything logged where it is `silent`."""
    said: list[str] = []
    contexts: list[Any] = []

    def opened(*texts: str, now: datetime = NOW, width: int = 1280, silent: bool = True, **options: Any) -> Page:
        file = tmp_path / "schedules.html"
        file.write_text(page(report(checked(*texts, now=now), now, settings={})), "utf-8")
        options = {"timezone_id": "America/New_York", **options}
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        shown = context.new_page()
        shown.set_default_timeout(20_000)
        if silent:
            shown.on("console", lambda message: said.append(message.text))
            shown.on("pageerror", lambda error: said.append(str(error)))
        shown.on("request", lambda request: said.extend({request.url} if not request.url.startswith("file:") else ()))
        shown.goto(file.as_uri())
        return shown

    yield opened
    for context in contexts:
        context.close()
    assert said == []
