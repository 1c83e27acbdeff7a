from __future__ import annotations

import gc
import re
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schedule_catalog.cli.commands import console
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.parser import parser
from schedule_catalog.cli.line.stack_arguments import Reached
from schedule_catalog.pages.console.desk import CATALOG_AGE
from tests.schedule_catalog.cli.operating import write_catalog
from tests.schedule_catalog.operations.aws import NAMES, NOW, Clients
from tests.schedule_catalog.pages.console.site import TestClient


def run(aws: Clients, serve: Any, *arguments: str, clock: Callable[[], datetime] = lambda: NOW) -> int:
    line = ["console", "--no-browser", *arguments]
    return console.run(parser(line).parse_args(line), NOW, lambda options: Reached(aws.stack, NAMES), serve, clock)


def browsing(app: Any, capsys: pytest.CaptureFixture[str]) -> tuple[str, TestClient]:
    """The address that was printed, and a browser that has opened it."""
    address = re.search(r"http://\S+", capsys.readouterr().out)
    assert address is not None
    browser = TestClient(app, base_url=address[0].partition("/?")[0])
    assert browser.get(address[0], follow_redirects=False).status_code == 303
    return address[0], browser


def test_the_printed_address_opens_the_board_of_the_stack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aws = Clients()
    aws.scheduler.add("nightly")
    shown: list[str] = []

    def serve(app: Any, listener: socket.socket) -> None:
        address, browser = browsing(app, capsys)
        assert f":{listener.getsockname()[1]}/" in address
        shown.append(browser.get("/").text)

    assert run(aws, serve, *write_catalog(tmp_path)) == 0
    assert "nightly" in shown[0]


def test_the_board_is_read_before_a_browser_asks_and_garbage_is_collected_after(tmp_path: Path) -> None:
    aws, read = Clients(), threading.Event()
    ask = aws.scheduler.list_schedules

    def noted(**of: Any) -> dict[str, Any]:
        read.set()
        return ask(**of)

    def serve(app: Any, listener: socket.socket) -> None:
        assert read.wait(60)

    aws.scheduler.list_schedules = noted
    gc.disable()
    try:
        run(aws, serve, *write_catalog(tmp_path))
        assert gc.isenabled()
    finally:
        gc.enable()


def test_a_catalog_that_is_gone_is_named_on_the_page_when_it_is_read_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where, shown, waited = write_catalog(tmp_path), list[str](), list[timedelta]()

    def serve(app: Any, listener: socket.socket) -> None:
        (tmp_path / "schedules").rename(tmp_path / "elsewhere")
        _, browser = browsing(app, capsys)
        shown.append(browser.get("/").text)
        waited.append(CATALOG_AGE)
        shown.append(browser.get("/").text)

    run(Clients(), serve, *where, clock=lambda: NOW + sum(waited, timedelta()))
    assert ["no file or folder" in page for page in shown] == [False, True]


def test_a_port_that_is_taken_and_settings_that_are_missing_end_the_command(tmp_path: Path) -> None:
    where = write_catalog(tmp_path)
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()

    with pytest.raises(UsageError, match="cannot listen on port"):
        run(Clients(), None, "--port", str(taken.getsockname()[1]), *where)
    taken.close()
    (tmp_path / "Pulumi.prod.yaml").unlink()
    with pytest.raises(UsageError, match="--settings FILE"):
        run(Clients(), None, *where)
