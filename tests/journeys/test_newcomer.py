"""The newcomer: docs/laptop.md from top to bottom, a schedule that fires, fails, is replayed and is paused."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chromium import chromium
from tests.journeys.documented import documented

pytestmark = pytest.mark.timeout(400)  # the schedule fires once a minute
PAGE = "docs/laptop.md"
PATIENCE = 150.0
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
NEW = (
    'schedules new send-report --owner platform --rate "1 minute" --url https://hooks.example.com/report',
    'schedules new ping --owner platform --rate "1 minute" --service callback --method GET --path /health',
)


class Newcomer:
    """A person in an empty folder with the page, and a browser."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def types(self, line: str, status: int = 0) -> str:
        done = subprocess.run(
            shlex.split(documented(line, PAGE)),
            cwd=self.folder,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def sees(self, line: str, words: str) -> None:
        """Type a command again and again until it prints the words."""
        deadline = time.monotonic() + PATIENCE
        while True:
            done = subprocess.run(
                shlex.split(documented(line, PAGE)),
                cwd=self.folder,
                env=ENVIRONMENT,
                capture_output=True,
                text=True,
                check=False,
            )
            if re.search(words, done.stdout):
                return
            assert time.monotonic() < deadline, done.stdout + done.stderr
            time.sleep(2)


@pytest.fixture(name="newcomer")
def _newcomer(tmp_path: Path) -> Newcomer:
    return Newcomer(tmp_path)


@pytest.fixture(name="dev")
def _dev(newcomer: Newcomer) -> Iterator[Callable[[], str]]:
    """Start the stack; gives the address of the console, which it prints first."""
    started: list[subprocess.Popen[bytes]] = []
    log = newcomer.folder.parent / f"{newcomer.folder.name}.log"

    def start() -> str:
        with log.open("wb") as output:
            command = shlex.split(documented("schedules dev", PAGE))
            started.append(subprocess.Popen(command, cwd=newcomer.folder, env=ENVIRONMENT, stdout=output))
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(r"in the browser +(http://\S+)[\s\S]*calls until", log.read_text())):
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.5)
        return found[1]

    yield start
    for each in started:
        each.terminate()
        each.wait(PATIENCE)


def test_a_schedule_fires_fails_is_replayed_and_is_paused(newcomer: Newcomer, dev: Callable[[], str]) -> None:
    newcomer.types("schedules init --yes")
    settings = newcomer.folder / "Pulumi.dev.yaml"
    settings.write_text(settings.read_text().replace("# schedule-catalog:hosts", "schedule-catalog:hosts"))
    for command in NEW:
        assert "written to schedules/platform.yaml" in newcomer.types(command)

    address = dev()
    newcomer.sees("schedules status --local", r"ok +send-report")

    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(30_000)

        def switch(how: str) -> None:
            page.get_by_role("link", name="Calls").click()
            page.get_by_label("Host").select_option("hooks.example.com")
            page.get_by_label("What it does").select_option(label=how)
            page.get_by_role("button", name="Switch").click()

        page.goto(address)
        switch("answers 400: the run is undelivered at once")
        newcomer.sees("schedules history send-report --local", r"undelivered +1 attempt +400")
        assert "http-400" in newcomer.types("schedules undelivered list --local")
        switch("answers again")

    newcomer.types("schedules undelivered replay --all --yes --local")
    deadline = time.monotonic() + PATIENCE
    while "undelivered  " in (told := newcomer.types("schedules history send-report --local")):
        assert time.monotonic() < deadline, told
        time.sleep(2)

    newcomer.types('schedules pause send-report --for 10m --reason "the report moves" --yes --local')
    newcomer.types('schedules pause --service callback --for 10m --reason "maintenance" --yes --local')
    told = newcomer.types("schedules status --local")
    assert 'the schedule "send-report"' in told
    assert "maintenance" in told
    assert "signing keys" not in told
    newcomer.sees("schedules history send-report --local", r"skipped")
    newcomer.sees("schedules history ping --local", r"waiting")
    newcomer.types("schedules resume send-report --local")
    newcomer.types("schedules resume --service callback --local")
    told = newcomer.types("schedules status --local")
    assert not re.search('^the schedule "send-report"', told, re.MULTILINE), told
