"""The console in a real browser: an operator's night, by mouse, in light, dark and on a phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect

from schedule_catalog.deployment.alarms import alarm_description
from schedule_catalog.operations import PauseTarget, pause
from tests.chromium import add_axe, chromium, faults
from tests.schedule_catalog.operations.aws import CALLER, NAMES, NOW, Clients, delivered
from tests.schedule_catalog.operations.messages import by_proxy
from tests.schedule_catalog.operations.records import record
from tests.schedule_catalog.pages.console.site import PAGE, Laptop, console, deployed, served

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Request

ROOT = Path(__file__).parents[4]
VENDORED = ROOT / "schedule_catalog" / "pages" / "console" / "vendor" / "htmx"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def aws() -> Clients:
    clients = deployed()
    clients.functions.answer = lambda event: (delivered(), None)
    return clients


@pytest.fixture
def laptop() -> Laptop:
    return Laptop()


@pytest.fixture
def address(aws: Clients, laptop: Laptop) -> Iterator[str]:
    """The address that the command prints, on a real server."""
    with served(lambda port: console(aws, port, calls=laptop)) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The board, after signing in; nothing may be logged, nor asked of another server."""
    said: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        said.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((address.partition("?")[0], "data:")):
            said.append(request.url)

    context = browser.new_context(viewport={"width": 1280, "height": 800})
    shown = context.new_page()
    shown.set_default_timeout(20_000)
    shown.on("console", heard)
    shown.on("pageerror", lambda error: said.append(str(error)))
    shown.on("request", asked)
    shown.goto(address)
    yield shown
    context.close()
    assert said == []


def test_the_board_turns_while_it_is_looked_at(page: Page, aws: Clients) -> None:
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody .state")).to_have_text("failing")
    page.locator("tbody a").focus()

    aws.scheduler.add("by-hand")

    expect(page.locator("tbody tr")).to_have_count(2, timeout=20_000)
    expect(page.locator("tbody a").first).to_be_focused()


def test_an_operator_replays_what_failed_and_runs_a_schedule(page: Page, aws: Clients) -> None:
    by_proxy(aws, "one")
    page.get_by_role("link", name="Undelivered", exact=True).click()
    page.get_by_role("checkbox", name="All 1").check()
    page.get_by_role("button", name="Replay…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Replay: 1 call?")
    assert aws.functions.invoked == []
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 call replayed")

    page.get_by_role("link", name="Board").click()
    page.get_by_role("link", name="nightly").click()
    page.get_by_role("button", name="Run as of then…").click()
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delivered")
    assert [event.get("trigger", {}).get("run") for _, _, event in aws.functions.invoked] == [None, "own"]


def test_a_double_click_makes_one_call_and_shows_its_answer(page: Page, aws: Clients) -> None:
    page.get_by_role("link", name="nightly").click()
    page.get_by_role("button", name="Run now…").click()
    page.get_by_role("button", name="Run now").dblclick()

    expect(page.get_by_role("heading", level=1)).to_have_text("Delivered")
    assert len(aws.functions.invoked) == 1


def test_a_board_whose_console_has_ended_says_so(browser: Browser, aws: Clients) -> None:
    with browser.new_context() as context:
        shown = context.new_page()
        with served(lambda port: console(aws, port)) as address:
            shown.goto(address)
            expect(shown.locator("tbody tr")).to_have_count(1)
            expect(shown.get_by_role("alert")).to_be_hidden()

        expect(shown.get_by_role("alert")).to_contain_text("This page is no longer renewed", timeout=20_000)


def test_the_report_of_the_stack_is_one_click_away(page: Page) -> None:
    page.get_by_role("link", name="Report").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Schedules of prod")
    expect(page.locator("#figure-schedules")).to_have_text("1")
    expect(page.locator("#origin")).to_contain_text("project shop · stack prod")


def test_a_filter_stays_in_the_address(page: Page, aws: Clients) -> None:
    aws.scheduler.add("by-hand")
    page.get_by_label("State").select_option("extra")
    page.get_by_role("button", name="Show").click()

    expect(page.locator("tbody th")).to_have_text(["by-hand"], timeout=20_000)
    assert "state=extra" in page.url
    page.reload()
    expect(page.locator("tbody th")).to_have_text(["by-hand"], timeout=20_000)


def test_a_call_that_was_opened_stays_open_while_others_arrive(page: Page, laptop: Laptop) -> None:
    laptop.arrive("/first", b'{"day": 1}')
    page.get_by_role("link", name="Calls").click()
    page.get_by_text("ops.example.com/first").click()
    page.get_by_label("Body").focus()

    laptop.arrive("/second")
    laptop.fail("ops.example.com", "hang", 2)

    expect(page.locator("details")).to_have_count(2, timeout=20_000)
    expect(page.locator("summary").first).to_contain_text("/second")
    expect(page.locator("details[open] pre")).to_be_focused()
    expect(page.locator("#failing li")).to_have_text(
        "ops.example.com never answers: the call times out, until 09:02:00 UTC"
    )


def test_a_host_is_switched_from_the_keyboard(page: Page, laptop: Laptop) -> None:
    laptop.arrive("/first")
    page.get_by_role("link", name="Calls").press("Enter")
    page.get_by_label("What it does").select_option("refuse")
    page.get_by_role("button", name="Switch").press("Enter")

    expect(page.locator("#failing li")).to_contain_text("ops.example.com closes the connection")
    assert laptop.failures["ops.example.com"].failure == "refuse"


def test_the_address_signs_in_one_browser_only(page: Page, browser: Browser, address: str) -> None:
    other = browser.new_context().new_page()
    other.goto(address)

    assert "it works once, in one browser" in other.inner_text("body")
    other.context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_fit_their_window_and_axe_finds_nothing(page: Page, aws: Clients, laptop: Laptop, width: int) -> None:
    laptop.arrive("/" + "x" * 300, b"x" * 300, "hang")
    laptop.fail("ops.example.com", "400", 2)
    by_proxy(aws, "one")
    aws.scheduler.add("a-schedule-with-quite-a-long-name-as-companies-have-them-in-use", NAMES.adhoc_group)
    evil = "x" * 300
    failed = replace(record("nightly", "2026-11-23T00:00:00Z"), state="undelivered", reason="http-503", message=evil)
    aws.dynamodb.items = [failed.to_item()]
    page.set_viewport_size({"width": width, "height": 800})
    origin = page.url.rstrip("/")
    pause(aws.stack, PauseTarget("all"), NOW + timedelta(hours=2), "x" * 200, CALLER, NOW)
    aws.cloudwatch.add(NAMES.of("failed-" + "x" * 20), alarm_description("x" * 200, "failed"))
    for path in ("/", PAGE, "/undelivered", "/undelivered/one", "/calls", "/pauses", "/alarms/failed"):
        page.goto(f"{origin}{path}")
        fits_and_is_accessible(page, width)
    for path, opens in ((PAGE, "Run as of then…"), ("/undelivered/one", "Replay…"), ("/pauses", "Resume ")):
        page.goto(f"{origin}{path}")
        page.get_by_role("button", name=opens).first.click()
        expect(page.get_by_role("link", name="Cancel")).to_be_visible()
        fits_and_is_accessible(page, width)
        page.locator("main button").click()
        expect(page.get_by_role("link", name="Cancel")).to_have_count(0)
        fits_and_is_accessible(page, width)


def fits_and_is_accessible(page: Page, width: int) -> None:
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    add_axe(page)
    assert faults(page) == [], page.url


@pytest.mark.parametrize("name", ["dist/htmx.min.js", "LICENSE"])
def test_the_library_is_the_one_that_npm_checked_against_the_lock(name: str) -> None:
    installed = ROOT / "node_modules" / "htmx.org"
    if not installed.exists():
        pytest.skip("node_modules is missing: npm ci")

    assert (VENDORED / Path(name).name).read_bytes() == (installed / name).read_bytes()
    lock = json.loads((ROOT / "package-lock.json").read_text())
    version = lock["packages"]["node_modules/htmx.org"]["version"]
    assert f'version:"{version}"' in (VENDORED / "htmx.min.js").read_text()
