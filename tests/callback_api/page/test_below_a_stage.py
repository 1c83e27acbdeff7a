from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from callback_api.task import Status
from tests.callback_api.application import ADA, BOB
from tests.callback_api.page.conftest import Open, served, sign_in


@pytest.mark.parametrize("end", ["", "/"])
def test_the_page_works_below_a_stage_of_an_api(tmp_path: Path, open_page: Open, end: str) -> None:
    with served(tmp_path / "tasks.sqlite", "/prod/tasks") as site:
        site.clear()
        task = site.put()

        page = open_page(ADA, url=site.url.rstrip("/") + end)
        page.get_by_role("button", name="Cancel send-welcome-email").click()
        page.get_by_role("button", name="Cancel the task").click()

        expect(page.locator("#rows .mark")).to_have_text("Cancelled")
        assert site.status(task) is Status.CANCELLED


def test_two_stages_of_an_api_do_not_share_the_token_of_a_tab(tmp_path: Path, open_page: Open) -> None:
    with served(tmp_path / "tasks.sqlite", "/prod", "/dev") as site:
        site.clear()
        site.put("of-ada")
        site.put("of-bob", user="bob")
        origin = site.url.removesuffix("/prod/")
        prod, dev = f"{origin}/prod/", f"{origin}/dev/"

        page = open_page(ADA, url=origin, at="/prod/")
        page.goto(dev)
        expect(page.get_by_label("API token")).to_be_visible()
        sign_in(page, BOB)
        expect(page.locator("#rows .name button")).to_have_text(["of-bob"])

        page.goto(prod)
        expect(page.locator("#rows .name button")).to_have_text(["of-ada"])
        page.get_by_role("button", name="Sign out").click()
        page.goto(dev)
        expect(page.locator("#rows .name button")).to_have_text(["of-bob"])
