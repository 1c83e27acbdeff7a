"""An operator's night in the console of the laptop stack: a target fails, its service is paused, it comes back.

Everything is real (emulator, program, proxy, receiver, browser) but the dispatcher's clock, which is put forward to the
next fire, so that nothing waits for a minute to pass.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.options import Options
from local.stack import Stack
from schedule_catalog.pages.console.desk import WantedCatalog
from tests.chromium import add_axe, chromium, faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
CATALOG = """owner: platform
schedules:
  beat:
    cron: "* * * * ? *"
    retry: {max_attempts: 1}
    request: {service: ops, path: /beat, body: {day: "<aws.scheduler.scheduled-time>"}}
"""
PATIENCE_MILLISECONDS = 60_000
MOST_FIRES = 30


class Clock:
    """The wall clock, put forward from one fire of the schedule to the next."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def to_the_next_minute(self) -> None:
        now = self()
        self._ahead += now.replace(second=0, microsecond=0) + timedelta(minutes=1) - now


@dataclass
class Night:
    """The running stack and the operator's browser."""

    stack: Stack
    clock: Clock
    page: Page

    def open(self, name: str) -> None:
        self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True).click()
        self.page.get_by_role("heading", level=1, name=name).wait_for()

    def fire(self) -> str:
        """Let the schedule fire once, and return what the receiver answered; empty for a call that was not made."""
        before = len(self.stack.receiver.received())
        runs = self.runs()
        self.clock.to_the_next_minute()
        while self.runs() == runs or "running" in self.runs().values():
            self.page.wait_for_timeout(100)
        calls = self.stack.receiver.received()
        return calls[0].answer if len(calls) > before else ""

    def runs(self) -> dict[str, str]:
        """The states of the runs in the ledger, by their times."""
        client = self.stack.emulator.client("dynamodb")
        (table,) = (name for name in client.list_tables()["TableNames"] if name.endswith("ledger"))
        items = client.scan(TableName=table, ConsistentRead=True)["Items"]
        return {each["sk"]["S"]: each["state"]["S"] for each in items if "state" in each}

    def board_says(self, state: str) -> None:
        self.open("Board")
        self.page.locator("tbody .state", has_text=state).wait_for()
        add_axe(self.page)
        assert faults(self.page) == []

    def host(self, what: str) -> None:
        """Switch the target on the page of calls."""
        self.open("Calls")
        self.page.get_by_label("What it does").select_option(what)
        self.page.get_by_label("For").select_option(label="60 minutes")
        self.page.get_by_role("button", name="Switch").click()
        self.page.get_by_role("heading", name="The last calls").wait_for()


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "beat.yaml").write_text(CATALOG)
    options = Options("dev", None, (), tmp_path / "schedules", tmp_path / "state", ROOT)
    clock = Clock()
    said: list[str] = []
    with Stack(options, lambda name, what, seconds: None, clock=clock) as stack, chromium() as browser:
        release = stack.start()
        assert release.succeeded, release.error
        assert release.settings is not None
        wanted = WantedCatalog(tuple(release.entries.values()), release.settings)
        _, loop = stack.dispatch(lambda notice: None)
        loop.poll()
        loop.start()
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(stack.serve_console(lambda: wanted))
        yield Night(stack, clock, page)
        assert loop.failure is None
    for number, handler in before.items():
        signal.signal(number, handler)
    assert said == []


def test_a_night_in_which_a_target_fails_is_paused_and_comes_back(night: Night) -> None:
    page = night.page
    night.board_says("new")
    assert night.fire() == "200"
    night.board_says("ok")

    night.host("400")
    assert [night.fire(), night.fire()] == ["400", "400"]
    page.locator("details.call", has_text="400").first.wait_for()
    night.board_says("failing")
    assert "http-400: the target answered 400" in page.locator("tbody").inner_text()
    night.open("Undelivered")
    page.get_by_role("checkbox", name="All 2").wait_for()

    night.open("Pauses")
    page.get_by_label("What").select_option("service")
    page.get_by_label("Name").fill("ops")
    page.get_by_label("Reason").fill("ops is down")
    page.get_by_role("button", name="Pause…").click()
    assert "1 schedule" in page.locator("main").inner_text()
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Resume the service").wait_for()
    # The proxy has seen the pause within ten seconds: from then on no call is made.
    assert any(night.fire() == "" for _ in range(MOST_FIRES))
    assert "waiting" in night.runs().values()
    night.board_says("paused")
    assert "ops is down" in page.locator("#rows").inner_text()

    night.host("")
    night.open("Pauses")
    page.get_by_role("button", name="Resume the service").click()
    page.get_by_role("button", name="Resume", exact=True).click()
    page.get_by_text("Nothing is paused.").wait_for()
    assert any(night.fire() == "200" for _ in range(MOST_FIRES))

    night.open("Undelivered")
    page.get_by_role("checkbox", name="All").check()
    page.get_by_role("button", name="Replay…").click()
    page.get_by_role("button", name="Replay", exact=True).click()
    page.get_by_role("heading", level=1, name="replayed").wait_for()
    night.open("Undelivered")
    page.get_by_text("No undelivered calls.").wait_for()
    night.board_says("ok")
    assert "undelivered" not in night.runs().values()
