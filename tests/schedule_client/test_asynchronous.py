from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from typing import Any

from schedule_client import AsyncScheduleClient, PlannedCall, ScheduleClient
from tests.schedule_client.aws import REQUEST, Application

MINUTE = timedelta(minutes=1)


def test_every_verb_has_its_coroutine() -> None:
    app = Application()

    async def work() -> None:
        client = AsyncScheduleClient(app.client)
        call = await client.schedule_once(REQUEST, delay=MINUTE, key="order-7")
        assert (await client.get("order-7")).name == call.name
        assert (await client.reschedule(call, delay=30 * MINUTE)).at != call.at
        assert [listed.name async for listed in client.list("order")] == [call.name]
        assert await client.rehome(call)
        assert await client.cancel(call)
        assert not await client.rehome(call)
        assert (await client.schedule_recurring(REQUEST, rate="1 hour")).at is None
        results = await client.schedule_many([PlannedCall(request=REQUEST, delay=MINUTE)] * 3, progress=done.append)
        await asyncio.sleep(0)
        assert [result.error for result in results] == [None] * 3

    done: list[int] = []
    asyncio.run(work())
    assert done == [1, 2, 3]


def test_no_verb_lacks_its_coroutine() -> None:
    verbs, coroutines = (
        {name for name, member in vars(client).items() if callable(member) and not name.startswith("_")}
        for client in (ScheduleClient, AsyncScheduleClient)
    )

    assert coroutines == verbs


def test_the_loop_goes_on_while_aws_does_not_answer() -> None:
    app, answered = Application(), threading.Event()
    original = app.aws.create_schedule

    def slow(**arguments: Any) -> dict[str, Any]:
        assert answered.wait(10)
        return original(**arguments)

    app.aws.create_schedule = slow

    async def work() -> None:
        client = AsyncScheduleClient(app.client)
        making = asyncio.create_task(client.schedule_once(REQUEST, delay=MINUTE))
        await asyncio.sleep(0.01)
        assert not making.done()
        answered.set()
        assert (await making).created

    asyncio.run(work())
