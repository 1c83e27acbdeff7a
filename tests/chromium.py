"""The browser of the tests: the machine's Chromium, and axe's judgement of a page."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# A sandbox needs rights that a container seldom has; the rest keeps the browser from asking its maker anything.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def chromium(*arguments: str) -> Generator[Browser]:
    """A running browser; the test is skipped where there is none.

    For a module at most: as long as Playwright runs, so does its event loop, and others could not run one of theirs.
    """
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on the path")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *arguments])
        yield started
        started.close()


def add_axe(page: Page) -> None:
    """Give a page the checks of axe."""
    if not AXE.is_file():
        pytest.skip("node_modules/axe-core is missing: run npm ci")
    page.evaluate(AXE.read_text("utf-8"))


def faults(page: Page) -> list[str]:
    """What axe finds, and what of colours in the dark: nothing else is another there."""
    found = page.evaluate("axe.run()")["violations"]
    page.emulate_media(color_scheme="dark")
    found += page.evaluate("axe.run({runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']}})")[
        "violations"
    ]
    page.emulate_media(color_scheme="light")
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


def refused_script(page: Page) -> str:
    """The directive of the page's policy that stops a script which did not come with the page."""
    refused = page.evaluate(
        """() => new Promise((done) => {
            document.addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective));
            const script = document.createElement("script");
            script.append("window.ran = 1");
            document.body.append(script);
        })"""
    )
    assert page.evaluate("window.ran") is None
    return str(refused)
