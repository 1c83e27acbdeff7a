from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from callback_api.task import Status
from tests.callback_api.application import ADA
from tests.callback_api.page.conftest import Open, served


@pytest.mark.parametrize("end", ["", "/"])
def test_the_page_works_below_a_stage_of_an_api(tmp_path: Path, open_page: Open, end: str) -> None:
    with served(tmp_path / "tasks.sqlite", below="/prod/tasks") as site:
        site.clear()
        task = site.put()

        page = open_page(ADA, url=site.url.rstrip("/") + end)
        page.get_by_role("button", name="Cancel send-welcome-email").click()
        page.get_by_role("button", name="Cancel the task").click()

        expect(page.locator("#rows .mark")).to_have_text("Cancelled")
        assert site.status(task) is Status.CANCELLED
