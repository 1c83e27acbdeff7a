"""The comment in a browser, with GitHub's stylesheet: wide, dark, and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from schedule_catalog.cli.github.diff import comment
from schedule_catalog.cli.github.links import Links
from schedule_catalog.cli.github.workspace import Workspace
from tests.github.comment_page import STYLES, VIEWS, shown
from tests.schedule_catalog.diff.sides import CALL, compared

LINKS = Links(
    Workspace(Path("/repository"), Path("/repository")),
    "https://github.com/a/b/blob/0",
    "https://github.com/a/b/runs/1",
)


def nightly(name: str, hour: int) -> str:
    return f'close-{name}: {{cron: "30 {hour} * * ? *", timezone: Europe/Paris, {CALL}}}'


@pytest.mark.parametrize("view", VIEWS)
def test_the_comment_fits_and_shows_the_verdict_first(view: str) -> None:
    if not STYLES.is_file():
        pytest.skip("node_modules/github-markdown-css is missing: run npm ci")
    before, after = [nightly("invoices", 9), nightly("ledger", 9)], [nightly("invoices", 2), nightly("ledger", 8)]

    with shown(comment(compared(before, after), LINKS), view) as page:
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        text = page.inner_text("body")

        assert overflow == 0
        assert text.startswith(
            "⚠️ Check before you merge: 1 schedule meets a clock change (2 changed) · the coming week"
        )
        assert page.locator("table").first.bounding_box()["y"] < 200  # pyright: ignore[reportOptionalSubscript]
        assert page.get_by_text("every day at 02:30, Europe/Paris").count() == 1
        assert page.locator("details").count() == 1
        assert not page.locator("details table").first.is_visible()
        assert page.locator("a").first.evaluate("link => getComputedStyle(link).color") in {
            "rgb(9, 105, 218)",
            "rgb(68, 147, 248)",
        }
