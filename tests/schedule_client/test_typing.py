"""The client as typed applications use it, checked by the type checkers that they have."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.type_check import type_errors

ROOT = Path(__file__).parents[2]
GOOD = """
import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

from schedule_client import AsyncScheduleClient, Auth, KeyReusedError, PlannedCall, Request, Retry
from schedule_client import ScheduleClient, ScheduledCall


def body_of(order: int, tags: Sequence[str], extra: Mapping[str, int]) -> Mapping[str, Sequence[str] | int]:
    return {"order": order, "tags": tags, **extra}


def request_of(order: int, method: Literal["POST", "PUT"], loose: dict[str, Any]) -> Request:
    numbers: list[int] = [order]
    tags: list[str] = ["a"]
    params: dict[str, list[str]] = {"tag": tags}
    assert Request(service="shop", path="/x", body=loose) != Request(service="shop", path="/x", body=numbers)
    return Request(
        service="shop",
        path=f"/orders/{order}",
        method=method,
        params=params,
        body=body_of(order, ("a", "b"), {}),
        auth=Auth("bearer", "shop-token"),
        retry=Retry(max_attempts=3),
    )


def remind(client: ScheduleClient) -> ScheduledCall | None:
    request = request_of(7, "PUT", {})
    try:
        call = client.schedule_once(request, delay=timedelta(minutes=30), key="order-7", timeout=2.5)
    except KeyReusedError as error:
        lines: tuple[str, ...] = error.differences
        return None if lines else None
    at: datetime | None = call.at
    later = at or datetime.now(timezone.utc)
    results = client.schedule_many([PlannedCall(request=request, at=later)])
    names: list[str] = [listed.name for listed in client.list("order")]
    return client.reschedule(names[0], at=later) if results[0].error is None else call


async def cancel(client: AsyncScheduleClient) -> bool:
    async for listed in client.list():
        print(listed.name)
    return await client.cancel("order-7")


if __name__ == "__main__":
    remind(ScheduleClient())
    asyncio.run(cancel(AsyncScheduleClient()))
"""
BAD = """
from datetime import timedelta
from schedule_client import Request, ScheduleClient

client = ScheduleClient()
client.schedule_once(Request(service="a", path="/b", method="post"), delay=timedelta(minutes=1))
client.schedule_once(Request(service="a", path="/b", body=object()), delay=timedelta(minutes=1))
client.schedule_once(Request(service="a", path="/b"), delay=30)
client.schedule_once(Request(service="a", path="/b"), key=7, delay=timedelta(minutes=1))
"""


def mypy_errors(folder: Path, code: str) -> str:
    (folder / "application.py").write_text(code)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir=/dev/null", "application.py"]
    done = subprocess.run(command, cwd=folder, env={"MYPYPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.parametrize("check", [type_errors, mypy_errors], ids=["pyright", "mypy"])
def test_typed_code_passes_and_its_mistakes_do_not(tmp_path: Path, check: Callable[[Path, str], str]) -> None:
    assert check(tmp_path, GOOD) == ""
    found = check(tmp_path, BAD)
    assert sorted({line for line in range(6, 10) if f":{line}:" in found}) == [6, 7, 8, 9], found
