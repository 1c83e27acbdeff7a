from __future__ import annotations

import asyncio
import gc
import re
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from schedule_catalog.cli.commands import console
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.parser import parser
from schedule_catalog.cli.line.stack_arguments import Reached
from tests.schedule_catalog.cli.operating import write_catalog
from tests.schedule_catalog.operations.aws import NAMES, NOW, Clients


def run(aws: Clients, serve: Any, *arguments: str) -> int:
    line = ["console", "--no-browser", *arguments]
    return console.run(parser(line).parse_args(line), NOW, lambda options: Reached(aws.stack, NAMES), serve)


def browsed(app: Any, capsys: pytest.CaptureFixture[str]) -> str:
    """The page behind the address that was printed, after the address."""
    address = re.search(r"http://\S+", capsys.readouterr().out)
    assert address is not None

    async def browse() -> str:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, follow_redirects=True) as browser:
            return (await browser.get(address[0])).text

    return f"{address[0]} {asyncio.run(browse())}"


def test_the_printed_address_opens_the_board_of_the_stack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aws = Clients()
    aws.scheduler.add("nightly")
    shown: list[str] = []

    def serve(app: Any, listener: socket.socket) -> None:
        shown.append(browsed(app, capsys))
        assert f":{listener.getsockname()[1]}/" in shown[0]
        listener.close()

    assert run(aws, serve, *write_catalog(tmp_path)) == 0
    assert "nightly" in shown[0]


def test_a_catalog_that_is_gone_is_named_on_the_page_and_garbage_is_collected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where, shown = write_catalog(tmp_path), list[tuple[str, bool]]()

    def serve(app: Any, listener: socket.socket) -> None:
        (tmp_path / "schedules").rename(tmp_path / "elsewhere")
        shown.append((browsed(app, capsys), gc.isenabled()))
        listener.close()

    gc.disable()
    try:
        run(Clients(), serve, *where)
    finally:
        gc.enable()
    assert "no file or folder" in shown[0][0]
    assert shown[0][1]


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
