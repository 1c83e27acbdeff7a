"""Calls that end in time, against an endpoint that takes connections and never answers; the clock is the machine's."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from schedule_client import AsyncScheduleClient, PlannedCall, ScheduleClient, TimedOutError
from schedule_client.api import SchedulerApi
from schedule_client.deadline import check, within
from schedule_client.errors import ScheduleError, SettingsError
from tests.schedule_client.aws import REQUEST, SETTINGS, Application, answer

HOUR = timedelta(hours=1)


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that never answers; boto3 finds it in the environment."""
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    server.close()


def hasty() -> Any:
    """A client of boto3 whose requests wait only a moment each."""
    config = Config(read_timeout=0.3, retries={"mode": "adaptive", "total_max_attempts": 5})
    return boto3.client("scheduler", region_name="eu-central-1", config=config)


def test_a_client_with_a_timeout_gives_up_in_time(silent: str) -> None:
    client = ScheduleClient(SETTINGS, timeout=0.4)
    began = time.monotonic()

    with pytest.raises(TimedOutError, match=r"no answer within 0.4 s; with a key"):
        client.schedule_once(REQUEST, delay=HOUR)
    assert time.monotonic() - began < 5  # the request under way included; without a timeout it is half a minute


def test_a_call_may_have_less_time_than_its_client(silent: str) -> None:
    began = time.monotonic()

    with pytest.raises(TimedOutError, match=r"within 0.2 s"):
        ScheduleClient(SETTINGS, client=hasty(), timeout=60).cancel("k", timeout=0.2)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("status", "code", "raised"),
    [
        (200, "", None),
        (400, "ValidationException", "InvalidScheduleError"),
        (400, "ThrottlingException", "TimedOutError"),
        (429, "", "TimedOutError"),
        (503, "", "TimedOutError"),
    ],
)
def test_only_an_answer_that_boto3_retries_needs_time_for_a_pause(status: int, code: str, raised: str | None) -> None:
    answer: Any = AWSResponse("http://127.0.0.1", status, HTTPHeaders(), None)
    answer._content = json.dumps({"__type": code}).encode()
    session = boto3.Session("x", "x", region_name="eu-central-1")
    scheduler: Any = session.client("scheduler")
    scheduler.meta.events.register("before-send.scheduler", lambda **_: answer)
    found = None

    with within(0.5, lambda: 0.0):
        try:
            ScheduleClient(SETTINGS, client=scheduler).cancel("k")
        except ScheduleError as error:
            found = type(error).__name__

    assert found == raised


def test_pauses_of_the_client_s_own_end_in_time_too() -> None:
    application = Application()
    application.aws.failures = [answer("ConflictException", status=409)] * 9

    with pytest.raises(TimedOutError):
        application.client.cancel("k", timeout=0.1)
    assert application.clock.slept == []


def test_many_calls_end_together_and_each_plan_has_its_result() -> None:
    application = Application()
    plans = [PlannedCall(request=REQUEST, delay=HOUR, key=str(number)) for number in range(20)]

    results = application.client.schedule_many(plans, per_second=0.01, timeout=60)

    assert [type(result.error) for result in results] == [type(None)] + [TimedOutError] * 19
    assert application.clock.slept == [], "nothing waits for a turn that comes too late"
    with pytest.raises(SettingsError, match="timeout is 0"):
        application.client.schedule_many(plans, timeout=0)


def test_many_calls_to_a_silent_endpoint_end_in_time(silent: str) -> None:
    began = time.monotonic()

    results = ScheduleClient(SETTINGS, client=hasty(), timeout=20).schedule_many(
        [PlannedCall(request=REQUEST, delay=HOUR)] * 40, concurrency=4, timeout=0.3
    )

    assert {type(result.error) for result in results} == {TimedOutError}
    assert len(results) == 40
    assert time.monotonic() - began < 15  # the requests under way included


def test_a_list_has_its_time_for_each_page_and_the_caller_all_of_its_own(silent: str) -> None:
    with pytest.raises(TimedOutError, match=r"within 0.3 s"):
        next(ScheduleClient(SETTINGS, timeout=0.3).list())

    application = Application()
    application.client.schedule_once(REQUEST, delay=HOUR, key="k")
    for _ in application.client.list(timeout=0.3):
        check(3600)  # outside of the list nothing ends


def test_a_list_of_coroutines_ends_in_time(silent: str) -> None:
    async def work() -> None:
        with pytest.raises(TimedOutError):
            async for _ in AsyncScheduleClient(ScheduleClient(SETTINGS, client=hasty())).list(timeout=0.2):
                pass

    asyncio.run(work())


def test_a_silent_endpoint_stalls_neither_the_loop_nor_the_program_s_other_threads(silent: str) -> None:
    async def work() -> tuple[list[object], float]:
        client = AsyncScheduleClient(ScheduleClient(SETTINGS, timeout=0.5), concurrency=2)
        calls = [asyncio.create_task(client.schedule_once(REQUEST, delay=HOUR)) for _ in range(12)]
        began = time.monotonic()
        # What any program does by the way, such as looking a name up, needs the loop's own threads.
        await asyncio.gather(*(asyncio.to_thread(threading.get_ident) for _ in range(32)))
        free = time.monotonic() - began
        return await asyncio.gather(*calls, return_exceptions=True), free

    began = time.monotonic()
    outcomes, free = asyncio.run(work())

    assert {type(outcome) for outcome in outcomes} == {TimedOutError}
    assert free < 0.5
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("concurrency", [0, True, 1.5])
def test_a_client_without_threads_is_refused(concurrency: int) -> None:
    with pytest.raises(SettingsError, match="give a whole number from 1"):
        AsyncScheduleClient(Application().client, concurrency=concurrency)


def test_a_fork_shares_neither_connections_nor_threads() -> None:
    api: Any = SchedulerApi(SETTINGS, None, Application().clock)
    client: Any = AsyncScheduleClient(Application().client)
    mine, threads = id(api._client), id(client._threads())
    api._making.acquire()  # as if another thread had been making one when the process forked
    context = multiprocessing.get_context("fork")
    theirs = context.SimpleQueue()

    def child() -> None:
        theirs.put((id(api._client), id(client._threads()), api._process))

    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of forks with threads, which is the point
        process = context.Process(target=child)
        process.start()
    process.join(20)

    found = theirs.get()
    assert found[0] != mine
    assert found[1] != threads
    assert found[2] == process.pid
